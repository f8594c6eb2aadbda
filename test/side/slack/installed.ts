/**
 * What Slack gives when the app is installed in a workspace, with a token that is to be exchanged.
 *
 * @param expiresAt of the token, in Unix seconds
 */
export const installed = (expiresAt: number) => ({
  team: { id: 'T1', name: 'Acme' },
  enterprise: undefined,
  user: { id: 'U1', token: undefined, scopes: undefined },
  bot: {
    id: 'B1',
    userId: 'UB',
    token: 'xoxe.xoxb-canary-0',
    refreshToken: 'xoxe-1-canary-0',
    expiresAt,
    scopes: [],
  },
})
