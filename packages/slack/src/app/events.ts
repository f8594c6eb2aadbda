import type { App } from '@slack/bolt'
import { errorFields } from '../calls/log.ts'
import type { Database } from '../store/database.ts'
import { purgeOrganisation, purgeTeam } from '../store/purge.ts'
import type { Office } from './office.ts'

/** Between attempts to delete, in ms: all of them within a minute. */
const PAUSES = [500, 2000, 5000, 15_000, 30_000]

/** What Slack says of the app itself: when it is removed, nothing of the workspace is kept. */
export function lifecycle(app: App, office: Office, database: Database, forget: (id: string) => void): void {
  const gone = (team: string, event: string): void => {
    forget(team)
    office.people.forget(team)
    office.forgetAccount(team)
    office.log.info({ team, event }, 'the app was removed from a workspace, and all that was kept of it')
  }
  /** Slack was answered before, and does not tell it again: a database that is away for a moment comes back. */
  const surely = async (work: () => Promise<void>): Promise<void> => {
    for (const pause of PAUSES) {
      try {
        return await work()
      } catch (error) {
        office.log.error(errorFields(error), 'what is kept of a workspace could not be deleted yet')
        await office.clock.sleep(pause)
      }
    }
    await work()
  }
  /** Slack may leave out what was installed, as nothing is any more: a workspace that had the app through its organisation has no installation. */
  const isOfAll = async ({ team_id: team, authorizations }: Body): Promise<boolean> =>
    authorizations?.[0]?.is_enterprise_install ??
    (team == null || (await office.workspaces.installation(team)) === undefined)
  const purge = async (body: Body) => {
    const { team_id: team, enterprise_id: organisation, event_id } = body
    if (organisation != null && (await isOfAll(body))) {
      for (const member of await purgeOrganisation(database, organisation)) gone(member, event_id)
      gone(organisation, event_id)
    }
    if (team == null) return
    await purgeTeam(database, team)
    gone(team, event_id)
  }
  app.event('app_uninstalled', async ({ body }) => office.tracked(() => surely(() => purge(body))))
  app.event('tokens_revoked', async ({ event, body }) => {
    // A person who revokes their own token does not remove the app.
    if ((event.tokens.bot ?? []).length > 0) await office.tracked(() => surely(() => purge(body)))
  })
  // An organisation took some of its workspaces out.
  app.event('team_access_revoked', async ({ event, body }) => {
    for (const team of event.team_ids) {
      await office.tracked(() => surely(() => purgeTeam(database, team)))
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
