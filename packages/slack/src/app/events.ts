import type { App } from '@slack/bolt'
import type { Database } from '../store/database.ts'
import { purgeOrganisation, purgeTeam } from '../store/purge.ts'
import type { Office } from './office.ts'

/** What Slack says of the app itself: when it is removed, nothing of the workspace is kept. */
export function lifecycle(app: App, office: Office, database: Database, forget: (id: string) => void): void {
  const gone = (team: string, event: string): void => {
    forget(team)
    office.people.forget(team)
    office.agents.forget(team)
    office.log.info({ team, event }, 'the app was removed from a workspace, and all that was kept of it')
  }
  const purge = async ({ team_id: team, enterprise_id: organisation, event_id, authorizations }: Body) => {
    if (organisation != null && authorizations?.[0]?.is_enterprise_install === true) {
      for (const member of await purgeOrganisation(database, organisation)) gone(member, event_id)
      gone(organisation, event_id)
    }
    if (team == null) return
    await purgeTeam(database, team)
    gone(team, event_id)
  }
  app.event('app_uninstalled', async ({ body }) => purge(body))
  app.event('tokens_revoked', async ({ event, body }) => {
    // A person who revokes their own token does not remove the app.
    if ((event.tokens.bot ?? []).length > 0) await purge(body)
  })
  // An organisation took some of its workspaces out.
  app.event('team_access_revoked', async ({ event, body }) => {
    for (const team of event.team_ids) {
      await purgeTeam(database, team)
      gone(team, body.event_id)
    }
  })
}

interface Body {
  readonly team_id?: string | null
  readonly enterprise_id?: string | null
  readonly event_id: string
  readonly authorizations?: readonly { readonly is_enterprise_install?: boolean }[]
}
