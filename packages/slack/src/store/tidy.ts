import type { Database } from './database.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Forgets what only had to be known for a while. */
export async function tidy({ db }: Database, now: number): Promise<void> {
  await db
    .deleteFrom('seen')
    .where('at', '<', now - 7 * DAY)
    .execute()
  await db
    .deleteFrom('events')
    .where('at', '<', now - 7 * DAY)
    .execute()
  // Nobody asked for them in time: they are of calls that this app has not placed, or that were purged.
  await db
    .deleteFrom('events')
    .where('at', '<', now - HOUR)
    .where((where) =>
      where.not(
        where.exists(where.selectFrom('calls').select('id').whereRef('calls.call_id', '=', 'events.call_id')),
      ),
    )
    .execute()
  for (const table of ['drafts', 'edits'] as const)
    await db
      .deleteFrom(table)
      .where('created_at', '<', now - 7 * DAY)
      .execute()
}
