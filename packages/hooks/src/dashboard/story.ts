import type { CallEvent } from '@movoice-kit/core/events'
import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'

type Db = Kysely<Schema>

export interface StoryAttempt {
  readonly at: number
  readonly ms: number
  readonly status: number | null
  /** `null`: it was taken. */
  readonly error: string | null
}

export interface StoryDelivery {
  readonly id: string
  readonly status: string
  readonly attempts: readonly StoryAttempt[]
  readonly dueAt: number
  readonly subscription: {
    readonly id: string
    readonly target: string
    readonly description: string | null
    readonly ended: boolean
  }
}

export interface StoryEvent {
  readonly seq: number
  readonly event: CallEvent
  readonly account: string
  readonly receivedAt: number
  readonly source: string
  /** `waiting` for what the API may still tell. */
  readonly state: string
  readonly missing: readonly string[]
  readonly sightings: readonly { readonly at: number; readonly source: string }[]
  readonly deliveries: readonly StoryDelivery[]
}

const MAX_EVENTS = 100
const MAX_ROWS = 1_000

/** All that is known of a call: how each event was learned, and who was told, with every attempt. Oldest first. */
export async function readStory(db: Db, callId: string): Promise<StoryEvent[]> {
  const events = await db
    .selectFrom('events')
    .selectAll()
    .where('call_id', '=', callId)
    .orderBy('seq')
    .limit(MAX_EVENTS)
    .execute()
  if (events.length === 0) return []
  const seqs = events.map(({ seq }) => seq)
  const sightings = await db
    .selectFrom('sightings')
    .select(['event_seq', 'at', 'source'])
    .where('event_seq', 'in', seqs)
    .orderBy('id')
    .limit(MAX_ROWS)
    .execute()
  const deliveries = await db
    .selectFrom('deliveries')
    .innerJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
    .selectAll('deliveries')
    .select(['target_url', 'description', 'subscriptions.status as hook_status'])
    .where('event_seq', 'in', seqs)
    .orderBy('deliveries.created_at')
    .orderBy('deliveries.id')
    .limit(MAX_ROWS)
    .execute()
  const attempts =
    deliveries.length === 0
      ? []
      : await db
          .selectFrom('attempts')
          .selectAll()
          .where(
            'delivery_id',
            'in',
            deliveries.map(({ id }) => id),
          )
          .orderBy('id')
          .limit(MAX_ROWS)
          .execute()
  return events.map((row) => ({
    seq: row.seq,
    event: JSON.parse(row.body) as CallEvent,
    account: row.account,
    receivedAt: row.received_at,
    source: row.source,
    state: row.state,
    missing: row.missing?.split(',') ?? [],
    sightings: sightings.filter(({ event_seq }) => event_seq === row.seq),
    deliveries: deliveries
      .filter(({ event_seq }) => event_seq === row.seq)
      .map((one) => ({
        id: one.id,
        status: one.status,
        dueAt: one.due_at,
        attempts: [
          ...attempts.filter(({ delivery_id }) => delivery_id === one.id),
          // Attempts that were taken stand in the delivery's own row.
          ...(one.status === 'delivered' && one.last_at !== null
            ? [{ at: one.last_at, ms: one.last_ms ?? 0, status: one.last_status, error: null }]
            : []),
        ],
        subscription: {
          id: one.subscription_id,
          target: one.target_url,
          description: one.description,
          ended: one.hook_status === 'ended',
        },
      })),
  }))
}

/** How the deliveries of some events stand: by event, then by status. */
export async function readProgress(
  db: Db,
  seqs: readonly number[],
): Promise<Map<number, Record<string, number>>> {
  const progress = new Map<number, Record<string, number>>()
  if (seqs.length === 0) return progress
  const rows = await db
    .selectFrom('deliveries')
    .select(({ fn }) => ['event_seq', 'status', fn.countAll<number>().as('count')])
    .where('event_seq', 'in', [...seqs])
    .groupBy(['event_seq', 'status'])
    .execute()
  for (const { event_seq, status, count } of rows) {
    progress.set(event_seq, { ...progress.get(event_seq), [status]: Number(count) })
  }
  return progress
}

/** What waits for each subscription, by status. */
export async function readBacklogs(db: Db): Promise<Map<string, Record<string, number>>> {
  const backlogs = new Map<string, Record<string, number>>()
  const rows = await db
    .selectFrom('deliveries')
    .select(({ fn }) => ['subscription_id', 'status', fn.countAll<number>().as('count')])
    .where('status', '<>', 'delivered')
    .where('status', '<>', 'cancelled')
    .groupBy(['subscription_id', 'status'])
    .execute()
  for (const { subscription_id, status, count } of rows) {
    backlogs.set(subscription_id, { ...backlogs.get(subscription_id), [status]: Number(count) })
  }
  return backlogs
}
