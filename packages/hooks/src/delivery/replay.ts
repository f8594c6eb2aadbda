import type { Clock } from '@movoice-kit/core/engine'
import type { CallEvent } from '@movoice-kit/core/events'
import { HttpProblem, notFound } from '../http/problems.ts'
import { deliveryId } from '../ids.ts'
import type { Database } from '../store/database.ts'
import { type DeliveryRow, insertDeliveries, requeue } from '../store/deliveries.ts'
import { fits } from '../subscriptions/filter.ts'
import { findSubscription, showSubscription } from '../subscriptions/store.ts'
import type { Dispatcher } from './dispatcher.ts'
import { GIVE_UP_MS } from './schedule.ts'

export interface RangeReplay {
  readonly hook_id?: string | undefined
  readonly event_ids?: readonly string[] | undefined
  readonly type?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** Only deliveries of this status; all but those under way if not given. */
  readonly status?: 'failed' | 'delivered' | 'cancelled' | undefined
}

const MAX_REPLAY = 10_000
const ENDED = ['ended'] as const

/** Tells again what was told, or could not be. A delivery keeps its id, so that a receiver can know it for a repeat. */
export class Replays {
  readonly #database: Database
  readonly #clock: Clock
  readonly #dispatcher: Dispatcher

  constructor(database: Database, clock: Clock, dispatcher: Dispatcher) {
    this.#database = database
    this.#clock = clock
    this.#dispatcher = dispatcher
  }

  /** @throws {@link HttpProblem} 409 if the subscription has ended */
  async delivery(row: Pick<DeliveryRow, 'id' | 'subscription_id'>): Promise<number> {
    const subscription = await findSubscription(this.#database.db, row.subscription_id)
    if (subscription === undefined || subscription.status === 'ended') {
      throw new HttpProblem(
        409,
        'conflict',
        'The subscription of this delivery has ended: there is nobody to send it to.',
      )
    }
    return this.#queue([row.id])
  }

  /** Sends an event again to those who got it; with a subscription, to that one whether it got it or not. */
  async event(seq: number, hookId?: string): Promise<number> {
    return hookId === undefined ? this.range({ seqs: [seq] }) : this.#toSubscription(hookId, { seqs: [seq] })
  }

  /** Sends many again: by event, time, type, status, and to one subscription or all. */
  async range(range: RangeReplay & { readonly seqs?: readonly number[] }): Promise<number> {
    if (range.hook_id !== undefined && range.status === undefined)
      return this.#toSubscription(range.hook_id, range)
    let select = this.#database.db
      .selectFrom('deliveries')
      .innerJoin('events', 'events.seq', 'deliveries.event_seq')
      .innerJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
      .select('deliveries.id')
      .where('subscriptions.status', 'not in', [...ENDED])
      .where(
        'deliveries.status',
        'in',
        range.status === undefined ? ['failed', 'delivered', 'cancelled'] : [range.status],
      )
      .orderBy('deliveries.event_seq')
      .limit(MAX_REPLAY)
    if (range.hook_id !== undefined) select = select.where('subscription_id', '=', range.hook_id)
    if (range.seqs !== undefined) select = select.where('events.seq', 'in', [...range.seqs])
    if (range.event_ids !== undefined) select = select.where('events.id', 'in', [...range.event_ids])
    if (range.type !== undefined) select = select.where('events.type', '=', range.type)
    if (range.from !== undefined) select = select.where('events.received_at', '>=', range.from)
    if (range.to !== undefined) select = select.where('events.received_at', '<', range.to)
    return this.#queue((await select.execute()).map(({ id }) => id))
  }

  async #queue(ids: readonly string[]): Promise<number> {
    const now = this.#clock.now()
    let queued = 0
    for (let at = 0; at < ids.length; at += 500) {
      const some = ids.slice(at, at + 500)
      queued += await this.#database.transaction((db) =>
        requeue(db, some, { now, giveUpAt: now + GIVE_UP_MS }),
      )
    }
    if (queued > 0) this.#dispatcher.wake()
    return queued
  }

  /** Also events from before the subscription was made, if it would have wanted them. */
  async #toSubscription(
    hookId: string,
    range: RangeReplay & { readonly seqs?: readonly number[] },
  ): Promise<number> {
    const { db } = this.#database
    const row = await findSubscription(db, hookId)
    if (row === undefined || row.status === 'ended') throw notFound('hook', hookId)
    const { event: wanted, filter, account } = showSubscription(row)
    let select = db.selectFrom('events').select(['seq', 'id', 'account', 'body']).where('state', '=', 'ready')
    if (wanted !== '*') select = select.where('type', '=', wanted)
    if (account !== null) select = select.where('account', '=', account)
    if (range.seqs !== undefined) select = select.where('seq', 'in', [...range.seqs])
    if (range.event_ids !== undefined) select = select.where('id', 'in', [...range.event_ids])
    if (range.type !== undefined) select = select.where('type', '=', range.type)
    if (range.from !== undefined) select = select.where('received_at', '>=', range.from)
    if (range.to !== undefined) select = select.where('received_at', '<', range.to)
    const events = await select.orderBy('seq').limit(MAX_REPLAY).execute()
    const fitting = events.filter(({ body }) => fits(filter, JSON.parse(body) as CallEvent))
    const ids = fitting.map((event) => deliveryId(event.account, event.id, hookId))
    const now = this.#clock.now()
    await this.#database.transaction(async (tx) => {
      const rows = fitting.map((event, index) => ({
        id: ids[index] ?? '',
        event_seq: event.seq,
        subscription_id: hookId,
        status: 'pending' as const,
        due_at: now,
        give_up_at: now + GIVE_UP_MS,
        lease: null,
        created_at: now,
      }))
      await insertDeliveries(this.#database, tx, rows)
    })
    await this.#queue(ids)
    return ids.length
  }
}
