import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Database, rowsOf, skipLocked } from './database.ts'
import { UNDONE } from './deliveries.ts'
import type { Schema } from './schema.ts'

/** A delivery in hand, with what is to be sent. */
export interface Job {
  readonly id: string
  readonly event_seq: number
  readonly subscription_id: string
  readonly attempts: number
  readonly give_up_at: number
  readonly created_at: number
  readonly body: string
  readonly missing: string | null
}

/** Waits for its time, and nobody has it in hand. */
const FREE = sql`status = 'pending' and ${UNDONE} and lease is null`

/** What waits for one endpoint. */
export interface Head {
  readonly subscription_id: string
  /** When the first of it is due. */
  readonly due_at: number
}

/**
 * For each endpoint that something waits for, when the first of it is due. Goes from one endpoint's place in the
 * index to the next, so that one with a long backlog is looked past as fast as any.
 */
export async function readHeads(db: Kysely<Schema>): Promise<Head[]> {
  const { rows } = await sql<Head>`
    with recursive heads (id) as (
      select (select subscription_id from deliveries where ${FREE} order by subscription_id limit 1)
      union all
      select (
        select subscription_id from deliveries
        where ${FREE} and subscription_id > heads.id order by subscription_id limit 1
      )
      from heads where heads.id is not null
    ),
    firsts (subscription_id, due_at) as (
      select id, (select due_at from deliveries where ${FREE} and subscription_id = heads.id order by due_at limit 1)
      from heads where id is not null
    )
    select subscription_id, due_at from firsts where due_at is not null`.execute(db)
  return rows
}

export interface Claim {
  readonly lease: string
  readonly now: number
  /** How many to take at most for each endpoint. */
  readonly rooms: readonly { readonly subscription_id: string; readonly room: number }[]
}

const TAKEN = sql`
  returning id, event_seq, subscription_id, attempts, give_up_at, created_at,
    (select body from events where seq = event_seq) as body,
    (select missing from events where seq = event_seq) as missing`

/** Takes deliveries in hand that are due, for each endpoint the oldest. */
export async function claimDue(
  { dialect }: Database,
  db: Kysely<Schema>,
  { lease, now, rooms }: Claim,
): Promise<Job[]> {
  const due = (subscription: RawBuilder<unknown>, room: RawBuilder<unknown>) => sql`
    select id from deliveries
    where ${FREE} and subscription_id = ${subscription} and due_at <= ${now}
    order by due_at limit ${room} ${skipLocked(dialect)}`
  const take = async (ids: RawBuilder<unknown>) => {
    const { rows } = await sql<Job>`
      update deliveries set lease = ${lease} where id in (${ids}) ${TAKEN}`.execute(db)
    return rows
  }
  if (dialect === 'postgres') {
    const given = rowsOf(dialect, rooms, { subscription_id: 'text', room: 'integer' })
    const each = due(sql`given.subscription_id`, sql`given.room`)
    return told(await take(sql`select due.id from ${given} as given cross join lateral (${each}) as due`))
  }
  // SQLite joins nothing laterally; a statement for each costs it no more than a row.
  const jobs: Job[] = []
  for (const { subscription_id, room } of rooms) {
    jobs.push(...(await take(due(sql`${subscription_id}`, sql`${room}`))))
  }
  return told(jobs)
}

/** Takes in hand the oldest delivery that waits for one endpoint, to see whether it is back. */
export async function claimProbe(
  { dialect }: Database,
  db: Kysely<Schema>,
  { lease, subscriptionId }: { readonly lease: string; readonly subscriptionId: string },
): Promise<Job | undefined> {
  const { rows } = await sql<Job>`
    update deliveries set lease = ${lease}
    where id in (
      select id from deliveries
      where subscription_id = ${subscriptionId} and status in ('held', 'pending') and ${UNDONE} and lease is null
      order by coalesce(last_at, 0), created_at limit 1 ${skipLocked(dialect)}
    ) ${TAKEN}`.execute(db)
  return told(rows)[0]
}

/** Without those whose event is gone: there is nothing to tell. */
const told = (jobs: readonly Job[]): Job[] => jobs.filter(({ body }) => (body as string | null) !== null)
