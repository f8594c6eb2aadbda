import { type Kysely, sql } from 'kysely'
import { readHeads } from './claims.ts'
import { UNDONE } from './deliveries.ts'
import type { Schema } from './schema.ts'

/** How much there is to do. */
export interface Depths {
  readonly deliveries: Readonly<Record<'pending' | 'held' | 'failed', number>>
  /** How long the oldest delivery has been due that nobody has in hand, in milliseconds. */
  readonly oldestDueMs: number
  /** Events that wait for what the API may still tell. */
  readonly waiting: number
  readonly subscriptions: Readonly<Record<'active' | 'paused' | 'disabled', number>>
  /** Active subscriptions whose endpoint is down. */
  readonly failing: number
}

/** Reads indexes only: never the deliveries that are done, which are most. */
export async function readDepths(db: Kysely<Schema>, now: number): Promise<Depths> {
  const { rows } = await sql<{ status: 'pending' | 'held' | 'failed'; count: number }>`
    select status, count(*) as count from deliveries
    where ${UNDONE} and status <> 'cancelled' group by status`.execute(db)
  const deliveries = { pending: 0, held: 0, failed: 0 }
  for (const { status, count } of rows) deliveries[status] = count
  const due = Math.min(...(await readHeads(db)).map(({ due_at }) => due_at))
  const { rows: waiting } = await sql<{ count: number }>`
    select count(*) as count from events where state = 'waiting'`.execute(db)
  const states = await db
    .selectFrom('subscriptions')
    .select(['status', 'probe_at'])
    .where('status', 'in', ['active', 'paused', 'disabled'])
    .execute()
  const subscriptions = { active: 0, paused: 0, disabled: 0 }
  let failing = 0
  for (const { status, probe_at } of states) {
    if (status === 'active' || status === 'paused' || status === 'disabled') subscriptions[status] += 1
    if (status === 'active' && probe_at !== null) failing += 1
  }
  return {
    deliveries,
    oldestDueMs: Math.max(0, now - due),
    waiting: waiting[0]?.count ?? 0,
    subscriptions,
    failing,
  }
}
