import type { CallEvent } from '@movoice-kit/core/events'
import { type Kysely, sql } from 'kysely'
import { type Database, rowsOf, skipLocked } from './database.ts'
import type { Schema } from './schema.ts'

/** An event as it arrives, before anybody knows whether it is new. */
export interface Arrival {
  readonly account: string
  readonly event: CallEvent
  readonly receivedAt: number
  /** `webhook` or `sweep`. */
  readonly source: string
  /** Set if the API may still tell more of it: until when to wait at most. */
  readonly waitUntil: number | undefined
}

export interface RecordedEvent {
  readonly seq: number
  readonly account: string
  readonly event: CallEvent
  readonly body: string
}

export interface Recorded {
  /** Events that were not known before, in the order given. */
  readonly fresh: readonly (RecordedEvent & { readonly waits: boolean })[]
  /** How many were known. */
  readonly repeats: number
}

const key = (account: string, id: string) => `${account}\n${id}`

/** Writes events that are new, and for those that are known a sighting. Belongs into a transaction. */
export async function recordEvents(
  { dialect }: Database,
  db: Kysely<Schema>,
  arrivals: readonly Arrival[],
): Promise<Recorded> {
  const first = new Map<string, Arrival & { body: string }>()
  const again: Arrival[] = []
  for (const arrival of arrivals) {
    const at = key(arrival.account, arrival.event.id)
    if (first.has(at)) again.push(arrival)
    else first.set(at, { ...arrival, body: JSON.stringify(arrival.event) })
  }
  const rows = [...first.values()].map(({ account, event, receivedAt, source, waitUntil, body }) => ({
    account,
    id: event.id,
    type: event.type,
    call_id: event.call_id,
    state: waitUntil === undefined ? 'ready' : 'waiting',
    due_at: waitUntil === undefined ? null : receivedAt,
    wait_until: waitUntil ?? null,
    received_at: receivedAt,
    source,
    body,
  }))
  // Always in the same order, so that two processes with the same events cannot block one another.
  rows.sort((a, b) => (a.id < b.id ? -1 : 1))
  const given = rowsOf(dialect, rows, {
    account: 'text',
    id: 'text',
    type: 'text',
    call_id: 'text',
    state: 'text',
    due_at: 'bigint',
    wait_until: 'bigint',
    received_at: 'bigint',
    source: 'text',
    body: 'text',
  })
  const { rows: inserted } = await sql<{ seq: number; account: string; id: string }>`
    insert into events (account, id, type, call_id, state, due_at, wait_until, received_at, source, body)
    select account, id, type, call_id, state, due_at, wait_until, received_at, source, body
    from ${given} as given where true
    on conflict (id, account) do nothing
    returning seq, account, id`.execute(db)
  const fresh = inserted.flatMap(({ seq, account, id }) => {
    const arrival = first.get(key(account, id))
    first.delete(key(account, id))
    if (arrival === undefined) return []
    const { event, body, waitUntil } = arrival
    return [{ seq, account, event, body, waits: waitUntil !== undefined }]
  })
  const repeats = [...first.values(), ...again]
  if (repeats.length > 0) {
    const seen = repeats.map(({ account, event, receivedAt, source }) => ({
      account,
      id: event.id,
      at: receivedAt,
      source,
    }))
    const given = rowsOf(dialect, seen, { account: 'text', id: 'text', at: 'bigint', source: 'text' })
    await sql`
      insert into sightings (event_seq, at, source)
      select events.seq, given.at, given.source
      from ${given} as given join events on events.id = given.id and events.account = given.account`.execute(
      db,
    )
  }
  return { fresh, repeats: repeats.length }
}

export interface WaitingEvent extends RecordedEvent {
  readonly tries: number
  readonly waitUntil: number
}

/** Takes events in hand that the API is to be asked about now. */
export async function claimWaiting(
  { dialect }: Database,
  db: Kysely<Schema>,
  { lease, now, limit }: { readonly lease: string; readonly now: number; readonly limit: number },
): Promise<WaitingEvent[]> {
  const { rows } = await sql<{
    seq: number
    account: string
    body: string
    tries: number
    wait_until: number
  }>`
    update events set lease = ${lease}
    where seq in (
      select seq from events
      where state = 'waiting' and due_at <= ${now} and lease is null
      order by due_at limit ${limit} ${skipLocked(dialect)}
    )
    returning seq, account, body, tries, wait_until`.execute(db)
  return rows.map(({ seq, account, body, tries, wait_until }) => ({
    seq,
    account,
    event: JSON.parse(body) as CallEvent,
    body,
    tries,
    waitUntil: wait_until,
  }))
}

/** When the API is to be asked next about any event; `undefined` if none waits. */
export async function nextWaiting(db: Kysely<Schema>): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    select min(due_at) as at from events where state = 'waiting' and lease is null`.execute(db)
  return rows[0]?.at ?? undefined
}

/** Lets go of an event that is to be asked about again later. */
export async function postponeWaiting(db: Kysely<Schema>, seq: number, dueAt: number): Promise<void> {
  await db
    .updateTable('events')
    .set((eb) => ({ due_at: dueAt, lease: null, tries: eb('tries', '+', 1) }))
    .where('seq', '=', seq)
    .where('state', '=', 'waiting')
    .execute()
}

/** An event is as complete as it gets. Returns `false` if another process was first. */
export async function finishWaiting(
  db: Kysely<Schema>,
  { seq, body, missing }: { readonly seq: number; readonly body: string; readonly missing: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('events')
    .set({ state: 'ready', body, missing, lease: null, due_at: null })
    .where('seq', '=', seq)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What other events of the same call have told: bodies, newest first. */
export async function siblingsOf(db: Kysely<Schema>, account: string, callId: string): Promise<CallEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select('body')
    .where('call_id', '=', callId)
    .where('account', '=', account)
    .orderBy('seq', 'desc')
    .limit(20)
    .execute()
  return rows.map(({ body }) => JSON.parse(body) as CallEvent)
}

export interface EventQuery {
  readonly type?: string | undefined
  readonly callId?: string | undefined
  readonly limit: number
  /** Only events before this one. */
  readonly before?: number | undefined
}

export interface EventRow {
  readonly seq: number
  readonly account: string
  readonly id: string
  readonly body: string
  readonly state: string
  readonly missing: string | null
  readonly received_at: number
  readonly source: string
}

/** Events, newest first. Those still waited for are there too: people want to see them come in. */
export async function listEvents(db: Kysely<Schema>, query: EventQuery): Promise<EventRow[]> {
  let select = db
    .selectFrom('events')
    .select(['seq', 'account', 'id', 'body', 'state', 'missing', 'received_at', 'source'])
    .orderBy('seq', 'desc')
    .limit(query.limit)
  if (query.type !== undefined) select = select.where('type', '=', query.type)
  if (query.callId !== undefined) select = select.where('call_id', '=', query.callId)
  if (query.before !== undefined) select = select.where('seq', '<', query.before)
  return select.execute()
}

export async function findEvent(db: Kysely<Schema>, id: string): Promise<EventRow | undefined> {
  return db
    .selectFrom('events')
    .select(['seq', 'account', 'id', 'body', 'state', 'missing', 'received_at', 'source'])
    .where('id', '=', id)
    .executeTakeFirst()
}
