import type { Database } from './database.ts'

const DAY = 86_400_000

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
  for (const table of ['drafts', 'edits'] as const)
    await db
      .deleteFrom(table)
      .where('created_at', '<', now - 7 * DAY)
      .execute()
}
