import type { Kysely } from 'kysely'
import { endSubscription, releaseHeld } from '../delivery/endpoint-state.ts'
import { GIVE_UP_MS } from '../delivery/schedule.ts'
import { UNDONE } from '../store/deliveries.ts'
import type { Schema } from '../store/schema.ts'
import { touchSubscriptions } from '../subscriptions/snapshot.ts'

type Db = Kysely<Schema>

/** Subscriptions end that have expired, or were for one event that is settled. */
export async function expireSubscriptions(db: Db, now: number): Promise<void> {
  const expired = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('expires_at', '<=', now)
    .where('status', 'in', ['active', 'paused', 'disabled'])
    .execute()
  for (const { id } of expired) await endSubscription(db, id, 'It has expired.')
  // One that was for one event ends for good once that is settled.
  const used = await db
    .selectFrom('subscriptions')
    .select('id')
    .where('status', '=', 'used')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('deliveries')
            .select('deliveries.id')
            .whereRef('subscription_id', '=', 'subscriptions.id')
            .where('deliveries.status', 'in', ['pending', 'held'])
            .where(UNDONE),
        ),
      ),
    )
    .execute()
  if (used.length === 0) return
  await db
    .updateTable('subscriptions')
    .set({ status: 'ended', idempotency_key: null })
    .where(
      'id',
      'in',
      used.map(({ id }) => id),
    )
    .execute()
  await touchSubscriptions(db)
}

/** Deliveries fail whose time is over. */
export async function giveUp(db: Db, now: number): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ status: 'failed' })
    .where('status', 'in', ['pending', 'held'])
    .where(UNDONE)
    .where('lease', 'is', null)
    .where('give_up_at', '<=', now)
    .execute()
}

/** An endpoint that took nothing for as long as a delivery is tried is not coming back by itself. */
export async function disableDead(db: Db, now: number): Promise<void> {
  const dead = await db
    .selectFrom('subscriptions')
    .select(['id', 'last_error'])
    .where('status', '=', 'active')
    .where('failing_since', '<=', now - GIVE_UP_MS)
    .where('probe_at', 'is not', null)
    .execute()
  for (const { id, last_error } of dead) {
    await db
      .updateTable('subscriptions')
      .set({
        status: 'disabled',
        probe_at: null,
        reason: `Its endpoint took nothing for 3 days (${last_error ?? 'no answer'}). Resume it once it works again.`,
      })
      .where('id', '=', id)
      .execute()
    await db
      .updateTable('deliveries')
      .set({ status: 'failed' })
      .where('subscription_id', '=', id)
      .where('status', 'in', ['pending', 'held'])
      .where(UNDONE)
      .where('lease', 'is', null)
      .execute()
  }
  if (dead.length > 0) await touchSubscriptions(db)
}

/** Queued as held at the moment its endpoint came back: nobody else would wake it. */
export async function repairHeld(db: Db, now: number): Promise<boolean> {
  const stuck = await db
    .selectFrom('deliveries')
    .innerJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
    .select('subscriptions.id')
    .distinct()
    .where('deliveries.status', '=', 'held')
    .where(UNDONE)
    .where('deliveries.lease', 'is', null)
    .where('subscriptions.status', 'in', ['active', 'used'])
    .where('subscriptions.probe_at', 'is', null)
    .execute()
  for (const { id } of stuck) await releaseHeld(db, id, now)
  return stuck.length > 0
}
