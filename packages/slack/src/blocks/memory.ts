/**
 * What a view or a button remembers, with the workspace it was made for: where a whole organisation has installed the
 * app, Slack does not say which of its workspaces a click or a form is of.
 *
 * @example
 * remember('T1', { v: 'call-id' }) // '{"v":"call-id","w":"T1"}'
 */
export const remember = (team: string, what: object = {}): string => JSON.stringify({ ...what, w: team })

/** For a button that only says what it is about. */
export const about = (team: string, id: string): string => remember(team, { v: id })
