import { sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { readBookmark } from '../sweep/bookmark.ts'

/** How the server stands, as the dashboard and the metrics show it. */
export interface Status {
  /** Deliveries by where they stand. */
  readonly deliveries: Readonly<Record<string, number>>
  /** Seconds that the delivery waits which has been due for longest. */
  readonly oldest_due_seconds: number
  readonly events: number
  /** Events that wait for what the API may tell of them. */
  readonly waiting: number
  readonly subscriptions: Readonly<Record<string, number>>
  readonly sweeps: Readonly<
    Record<string, { readonly at: string; readonly from: string; readonly open: number }>
  >
}

export async function readStatus({ db }: Database, accounts: Iterable<string>, now: number): Promise<Status> {
  const count = async (table: 'deliveries' | 'subscriptions') => {
    const { rows } = await sql<{ status: string; count: number }>`
      select status, count(*) as count from ${sql.table(table)} group by status`.execute(db)
    return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]))
  }
  const { rows: due } = await sql<{ at: number | null }>`
    select min(due_at) as at from deliveries where status = 'pending' and lease is null`.execute(db)
  const { rows: events } = await sql<{ state: string; count: number }>`
    select state, count(*) as count from events group by state`.execute(db)
  const sweeps: Record<string, Status['sweeps'][string]> = {}
  for (const name of accounts) {
    const bookmark = await readBookmark(db, name)
    if (bookmark === undefined) continue
    sweeps[name] = {
      at: new Date(bookmark.at).toISOString(),
      from: new Date(bookmark.from * 1000).toISOString(),
      open: bookmark.open.length,
    }
  }
  const sum = (state?: string) =>
    events.reduce((all, row) => all + (state === undefined || row.state === state ? Number(row.count) : 0), 0)
  return {
    deliveries: await count('deliveries'),
    oldest_due_seconds: Math.max(0, (now - (due[0]?.at ?? now)) / 1000),
    events: sum(),
    waiting: sum('waiting'),
    subscriptions: await count('subscriptions'),
    sweeps,
  }
}
