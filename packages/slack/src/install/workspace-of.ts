import * as z from 'zod/mini'

const memory = z.object({ w: z.string().check(z.regex(/^[TE][A-Z0-9]+$/)) })
const part = z._default(z.nullable(z.looseObject({})), null)
const shape = z.looseObject({
  view: part,
  user: part,
  actions: z._default(z.array(z.looseObject({})), []),
})

/**
 * Which workspace a request of Slack's is of. What the app's own views and buttons remember comes first: of an
 * organisation's installation, Slack names the organisation with a form, and the person's home with a click.
 *
 * @param told as Slack's library reads it
 */
export function workspaceOf(body: unknown, told: string | undefined): string | undefined {
  const read = z.safeParse(shape, body)
  if (!read.success) return told
  const { view, user, actions } = read.data
  const remembered = memoryOf(view?.private_metadata) ?? memoryOf(actions[0]?.value)
  if (remembered !== undefined) return remembered
  const isWorkspace = (id: unknown): id is string => typeof id === 'string' && id.startsWith('T')
  return [told, view?.team_id, user?.team_id].find(isWorkspace) ?? told
}

function memoryOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const read = z.safeParse(memory, JSON.parse(text))
    return read.success ? read.data.w : undefined
  } catch {
    return undefined
  }
}
