import type { Transaction } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** Every table with something of a workspace, by its column `team`. */
const TABLES = [
  'drafts',
  'edits',
  'calls',
  'batches',
  'do_not_call',
  'audit',
  'workspaces',
  'members',
] as const

/** Removes everything of a workspace that removed the app. */
export async function purgeTeam(database: Database, team: string): Promise<void> {
  await database.alone(team, (tx) => purge(tx, team))
}

/** Removes an organisation's installation, and everything of its workspaces; their ids. */
export async function purgeOrganisation(database: Database, organisation: string): Promise<string[]> {
  const members = await database.db
    .selectFrom('members')
    .select('team')
    .where('organisation', '=', organisation)
    .execute()
  for (const { team } of members) await purgeTeam(database, team)
  await database.db.deleteFrom('installations').where('id', '=', organisation).execute()
  return members.map(({ team }) => team)
}

async function purge(tx: Transaction<Tables>, team: string): Promise<void> {
  await tx
    .deleteFrom('events')
    .where(
      'call_id',
      'in',
      tx
        .selectFrom('calls')
        .select('call_id')
        .where('team', '=', team)
        .where('call_id', 'is not', null)
        .$castTo<{ call_id: string }>(),
    )
    .execute()
  for (const table of TABLES) await tx.deleteFrom(table).where('team', '=', team).execute()
  await tx.deleteFrom('installations').where('id', '=', team).execute()
}
