import { type Kysely, sql } from 'kysely'
import { type Database, rowsOf } from './database.ts'
import type { DeliveryStatus, Schema } from './schema.ts'

/**
 * Of a delivery that is not done. Whoever looks for such says so with these words: the index that holds them alone is
 * used only where SQLite finds its condition spelled out, and a comparison with one status does not imply it there.
 */
export const UNDONE = sql<boolean>`deliveries.status <> 'delivered'`

export interface NewDelivery {
  readonly id: string
  readonly event_seq: number
  readonly subscription_id: string
  readonly status: DeliveryStatus
  readonly due_at: number
  readonly give_up_at: number
  readonly lease: string | null
  readonly created_at: number
}

/** Queues deliveries; one that is queued already stays as it is. */
export async function insertDeliveries(
  { dialect }: Database,
  db: Kysely<Schema>,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return
  const given = rowsOf(dialect, deliveries, {
    id: 'text',
    event_seq: 'bigint',
    subscription_id: 'text',
    status: 'text',
    due_at: 'bigint',
    give_up_at: 'bigint',
    lease: 'text',
    created_at: 'bigint',
  })
  await sql`
    insert into deliveries (id, event_seq, subscription_id, status, due_at, give_up_at, lease, created_at)
    select id, event_seq, subscription_id, status, due_at, give_up_at, lease, created_at
    from ${given} as given where true on conflict (id) do nothing`.execute(db)
}

export interface Result {
  readonly id: string
  readonly status: DeliveryStatus
  readonly due_at: number
  readonly attempts: number
  readonly last_at: number | null
  readonly last_ms: number | null
  readonly last_status: number | null
  readonly last_error: string | null
}

/** Writes what became of deliveries in hand and lets go of them. What was cancelled meanwhile stays so. */
export async function storeResults(
  { dialect }: Database,
  db: Kysely<Schema>,
  results: readonly Result[],
): Promise<void> {
  if (results.length === 0) return
  const sorted = [...results].sort((a, b) => (a.id < b.id ? -1 : 1))
  const given = rowsOf(dialect, sorted, {
    id: 'text',
    status: 'text',
    due_at: 'bigint',
    attempts: 'integer',
    last_at: 'bigint',
    last_ms: 'integer',
    last_status: 'integer',
    last_error: 'text',
  })
  await sql`
    update deliveries set
      status = given.status, due_at = given.due_at, attempts = given.attempts, lease = null,
      last_at = coalesce(given.last_at, deliveries.last_at), last_ms = coalesce(given.last_ms, deliveries.last_ms),
      last_status = case when given.last_at is null then deliveries.last_status else given.last_status end,
      last_error = case when given.last_at is null then deliveries.last_error else given.last_error end
    from ${given} as given
    where deliveries.id = given.id and deliveries.status in ('pending', 'held')`.execute(db)
}

export interface FailedAttempt {
  readonly delivery_id: string
  readonly at: number
  readonly ms: number
  readonly status: number | null
  readonly error: string
}

export async function storeAttempts(
  { dialect }: Database,
  db: Kysely<Schema>,
  attempts: readonly FailedAttempt[],
): Promise<void> {
  if (attempts.length === 0) return
  const given = rowsOf(dialect, attempts, {
    delivery_id: 'text',
    at: 'bigint',
    ms: 'integer',
    status: 'integer',
    error: 'text',
  })
  await sql`
    insert into attempts (delivery_id, at, ms, status, error)
    select delivery_id, at, ms, status, error from ${given} as given`.execute(db)
}

/** Lets go of what somebody had in hand who is gone: deliveries and events. `undefined`: of everybody's. */
export async function releaseLeases(db: Kysely<Schema>, lease?: string): Promise<void> {
  for (const table of ['deliveries', 'events'] as const) {
    let update = db.updateTable(table).set({ lease: null })
    update = lease === undefined ? update.where('lease', 'is not', null) : update.where('lease', '=', lease)
    await update.execute()
  }
}

export interface DeliveryQuery {
  readonly status?: DeliveryStatus | undefined
  readonly hookId?: string | undefined
  readonly eventSeq?: number | undefined
  readonly limit: number
  readonly offset?: number | undefined
}

export async function listDeliveries(db: Kysely<Schema>, query: DeliveryQuery) {
  let select = db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.seq', 'deliveries.event_seq')
    .selectAll('deliveries')
    .select(['events.id as event_id', 'events.call_id as call_id'])
    .orderBy('deliveries.event_seq', 'desc')
    .orderBy('deliveries.id')
    .limit(query.limit)
    .offset(query.offset ?? 0)
  if (query.status !== undefined) select = select.where('deliveries.status', '=', query.status)
  if (query.status !== undefined && query.status !== 'delivered') select = select.where(UNDONE)
  if (query.hookId !== undefined) select = select.where('subscription_id', '=', query.hookId)
  if (query.eventSeq !== undefined) select = select.where('event_seq', '=', query.eventSeq)
  return select.execute()
}
export type DeliveryRow = Awaited<ReturnType<typeof listDeliveries>>[number]

export async function findDelivery(db: Kysely<Schema>, id: string): Promise<DeliveryRow | undefined> {
  return db
    .selectFrom('deliveries')
    .innerJoin('events', 'events.seq', 'deliveries.event_seq')
    .selectAll('deliveries')
    .select(['events.id as event_id', 'events.call_id as call_id'])
    .where('deliveries.id', '=', id)
    .executeTakeFirst()
}

/** Queues deliveries anew, under their own ids, whatever became of them. */
export async function requeue(
  db: Kysely<Schema>,
  ids: readonly string[],
  { now, giveUpAt }: { readonly now: number; readonly giveUpAt: number },
): Promise<number> {
  if (ids.length === 0) return 0
  const { numUpdatedRows } = await db
    .updateTable('deliveries')
    .set({ status: 'pending', due_at: now, attempts: 0, give_up_at: giveUpAt })
    .where('id', 'in', [...ids])
    .where('lease', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}
