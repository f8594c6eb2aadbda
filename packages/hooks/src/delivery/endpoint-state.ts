import type { Kysely } from 'kysely'
import { UNDONE } from '../store/deliveries.ts'
import type { Schema } from '../store/schema.ts'
import { touchSubscriptions } from '../subscriptions/snapshot.ts'
import { DOWN_AFTER, PROBE_MS } from './schedule.ts'

type Db = Kysely<Schema>

/** Claims the right to try an endpoint that is down; another process may be first. */
export async function takeProbe(
  db: Db,
  id: string,
  { now, next }: { readonly now: number; readonly next: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ probe_at: next })
    .where('id', '=', id)
    .where('probe_at', '<=', now)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await touchSubscriptions(db)
  return true
}

/** Nothing waits for the endpoint any more: the next delivery is the probe, and one failure is enough to hold on. */
export async function endProbing(db: Db, id: string): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set({ probe_at: null, failures: DOWN_AFTER - 1 })
    .where('id', '=', id)
    .execute()
  await touchSubscriptions(db)
}

/** The endpoint takes nothing: what waits for it is held until a probe succeeds. */
export async function markDown(db: Db, id: string, at: number): Promise<void> {
  await db
    .updateTable('subscriptions')
    .set({ probe_at: at + PROBE_MS })
    .where('id', '=', id)
    .execute()
  await db
    .updateTable('deliveries')
    .set({ status: 'held' })
    .where('subscription_id', '=', id)
    .where('status', '=', 'pending')
    .where(UNDONE)
    .where('lease', 'is', null)
    .execute()
  await touchSubscriptions(db)
}

/** The endpoint is back: everything that waits for it is due now. */
export async function releaseHeld(db: Db, id: string, at: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ status: 'pending', due_at: at })
    .where('subscription_id', '=', id)
    .where('status', 'in', ['held', 'pending'])
    .where(UNDONE)
    .where('lease', 'is', null)
    .execute()
}

/** The endpoint asked to be left alone until then. */
export async function holdUntil(db: Db, id: string, until: number): Promise<void> {
  await db.updateTable('subscriptions').set({ hold_until: until }).where('id', '=', id).execute()
  await db
    .updateTable('deliveries')
    .set({ due_at: until })
    .where('subscription_id', '=', id)
    .where('status', '=', 'pending')
    .where(UNDONE)
    .where('lease', 'is', null)
    .where('due_at', '<', until)
    .execute()
  await touchSubscriptions(db)
}

/** Ends a subscription: what still waits for it is cancelled. Returns `false` if there is none to end. */
export async function endSubscription(db: Db, id: string, reason: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('subscriptions')
    .set({ status: 'ended', reason, probe_at: null, idempotency_key: null })
    .where('id', '=', id)
    .where('status', '<>', 'ended')
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await db
    .updateTable('deliveries')
    .set({ status: 'cancelled' })
    .where('subscription_id', '=', id)
    .where('status', 'in', ['pending', 'held'])
    .where(UNDONE)
    .execute()
  await touchSubscriptions(db)
  return true
}
