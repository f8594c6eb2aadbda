import type { CallEvent } from '@movoice-kit/core/events'
import type { Kysely } from 'kysely'
import { deliveryId } from '../ids.ts'
import type { Job } from '../store/claims.ts'
import type { Database } from '../store/database.ts'
import { insertDeliveries, type NewDelivery } from '../store/deliveries.ts'
import type { RecordedEvent } from '../store/events.ts'
import type { Schema } from '../store/schema.ts'
import { fits } from '../subscriptions/filter.ts'
import { type LiveSubscription, type Snapshot, touchSubscriptions } from '../subscriptions/snapshot.ts'
import { GIVE_UP_MS } from './schedule.ts'

export interface FanOutContext {
  readonly database: Database
  readonly snapshot: Snapshot
  readonly lease: string
  readonly now: number
  /** Whether this process can send one more to a subscription at once: if so, it keeps it in hand. */
  readonly reserve: (subscriptionId: string) => boolean
}

export type ReadyEvent = RecordedEvent & { readonly missing?: string | null }

export interface FannedOut {
  /** What this process took in hand. */
  readonly inHand: readonly Job[]
  /** Whether there is more, for whoever has room for it, or something that other processes should know. */
  readonly more: boolean
}

/**
 * Queues one delivery for each subscription that wants an event, in the transaction that makes the event ready.
 * If the transaction fails, what was reserved must be given back.
 */
export async function fanOut(
  { database, snapshot, lease, now, reserve }: FanOutContext,
  db: Kysely<Schema>,
  events: readonly ReadyEvent[],
): Promise<FannedOut> {
  const subscriptions = [...(await snapshot.refresh(db)).values()]
  const rows: NewDelivery[] = []
  const inHand: Job[] = []
  let more = false
  for (const { seq, account, event, body, missing } of events) {
    for (const subscription of subscriptions) {
      if (!wants(subscription, account, event, now)) continue
      if (subscription.once) {
        if (!(await useUp(db, subscription.id))) continue
        more = true
      }
      const held = subscription.status === 'paused' || subscription.probe_at !== null
      const later = (subscription.hold_until ?? 0) > now
      const mine = !held && !later && reserve(subscription.id)
      const row: NewDelivery = {
        id: deliveryId(account, event.id, subscription.id),
        event_seq: seq,
        subscription_id: subscription.id,
        status: held ? 'held' : 'pending',
        due_at: later ? (subscription.hold_until ?? now) : now,
        give_up_at: now + GIVE_UP_MS,
        lease: mine ? lease : null,
        created_at: now,
      }
      rows.push(row)
      if (!mine && !held) more = true
      if (mine) inHand.push({ ...row, attempts: 0, body, missing: missing ?? null })
    }
  }
  await insertDeliveries(database, db, rows)
  return { inHand, more }
}

function wants(subscription: LiveSubscription, account: string, event: CallEvent, now: number): boolean {
  if (subscription.status !== 'active' && subscription.status !== 'paused') return false
  if (subscription.event !== '*' && subscription.event !== event.type) return false
  if (subscription.expires_at !== null && subscription.expires_at <= now) return false
  if (subscription.account !== null && subscription.account !== account) return false
  return fits(subscription.filter, event)
}

/** A subscription for one event takes the first and no other, also where several processes have one for it. */
async function useUp(db: Kysely<Schema>, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ status: 'used', reason: 'It was for one event, and has had it.' })
    .where('id', '=', id)
    .where('status', 'in', ['active', 'paused'])
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await touchSubscriptions(db)
  return true
}
