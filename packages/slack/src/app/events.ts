import type { App } from '@slack/bolt'
import type { Office } from './office.ts'

/** What Slack says of the app itself: when it is removed, nothing of the workspace is kept. */
export function lifecycle(app: App, office: Office, forget: (team: string) => void): void {
  const purge = async (team: string, eventId: string): Promise<void> => {
    await office.workspaces.purge(team)
    forget(team)
    office.people.forget(team)
    office.agents.forget(team)
    office.log.info(
      { team, event: eventId },
      'the app was removed from a workspace, and all that was kept of it',
    )
  }
  app.event('app_uninstalled', async ({ body }) => purge(body.team_id, body.event_id))
  app.event('tokens_revoked', async ({ event, body }) => {
    // A person who revokes their own token does not remove the app.
    if ((event.tokens.bot ?? []).length > 0) await purge(body.team_id, body.event_id)
  })
}
