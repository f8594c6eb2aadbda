import type { Clock } from '@movoice-kit/core/engine'
import type { CallEvent } from '@movoice-kit/core/events'
import { sql } from 'kysely'
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

/** A range may hold any number: so many are queued with one commit. */
const PAGE = 500
const ENDED = ['ended'] as const

type SeqRange = RangeReplay & { readonly seqs?: readonly number[]; readonly newest: number }

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
    return this.range({ seqs: [seq], hook_id: hookId })
  }

  /** Sends many again: by event, time, type, status, and to one subscription or all. */
  async range(range: RangeReplay & { readonly seqs?: readonly number[] }): Promise<number> {
    // What comes in from now on is told anyway.
    const { newest } = await this.#database.db
      .selectFrom('events')
      .select(({ fn }) => fn.coalesce(fn.max('seq'), sql<number>`0`).as('newest'))
      .executeTakeFirstOrThrow()
    const bounded = { ...range, newest }
    if (range.hook_id !== undefined && range.status === undefined) {
      return this.#toSubscription(range.hook_id, bounded)
    }
    let queued = 0
    let after: { readonly seq: number; readonly id: string } | undefined
    do {
      const page = await this.#deliveriesIn(bounded, after)
      queued += await this.#queue(page.map(({ id }) => id))
      after = page.length < PAGE ? undefined : page.at(-1)
    } while (after !== undefined)
    return queued
  }

  #deliveriesIn(range: SeqRange, after: { readonly seq: number; readonly id: string } | undefined) {
    let select = this.#database.db
      .selectFrom('deliveries')
      .innerJoin('events', 'events.seq', 'deliveries.event_seq')
      .innerJoin('subscriptions', 'subscriptions.id', 'deliveries.subscription_id')
      .select(['deliveries.id', 'deliveries.event_seq as seq'])
      .where('subscriptions.status', 'not in', [...ENDED])
      .where(
        'deliveries.status',
        'in',
        range.status === undefined ? ['failed', 'delivered', 'cancelled'] : [range.status],
      )
      .orderBy('deliveries.event_seq')
      .orderBy('deliveries.id')
      .limit(PAGE)
    if (after !== undefined) {
      const { seq, id } = after
      select = select.where(({ eb, or, and }) =>
        or([eb('event_seq', '>', seq), and([eb('event_seq', '=', seq), eb('deliveries.id', '>', id)])]),
      )
    }
    if (range.hook_id !== undefined) select = select.where('subscription_id', '=', range.hook_id)
    if (range.seqs !== undefined) select = select.where('events.seq', 'in', [...range.seqs])
    if (range.event_ids !== undefined) select = select.where('events.id', 'in', [...range.event_ids])
    if (range.type !== undefined) select = select.where('events.type', '=', range.type)
    if (range.from !== undefined) select = select.where('events.received_at', '>=', range.from)
    if (range.to !== undefined) select = select.where('events.received_at', '<', range.to)
    return select.where('events.seq', '<=', range.newest).execute()
  }

  async #queue(ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0
    const now = this.#clock.now()
    const queued = await this.#database.transaction((db) =>
      requeue(db, ids, { now, giveUpAt: now + GIVE_UP_MS }),
    )
    if (queued > 0) this.#dispatcher.wake()
    return queued
  }

  /** Also events from before the subscription was made, if it would have wanted them. */
  async #toSubscription(hookId: string, range: SeqRange): Promise<number> {
    const row = await findSubscription(this.#database.db, hookId)
    if (row === undefined || row.status === 'ended') throw notFound('hook', hookId)
    const { event: wanted, filter, account } = showSubscription(row)
    let queued = 0
    let after: number | undefined = 0
    do {
      const page = await this.#eventsIn(range, { wanted, account, after })
      const fitting = page.filter(({ body }) => fits(filter, JSON.parse(body) as CallEvent))
      const now = this.#clock.now()
      const rows = fitting.map((event) => ({
        id: deliveryId(event.account, event.id, hookId),
        event_seq: event.seq,
        subscription_id: hookId,
        status: 'pending' as const,
        due_at: now,
        give_up_at: now + GIVE_UP_MS,
        lease: null,
        created_at: now,
      }))
      await this.#database.transaction((tx) => insertDeliveries(this.#database, tx, rows))
      await this.#queue(rows.map(({ id }) => id))
      queued += rows.length
      after = page.length < PAGE ? undefined : page.at(-1)?.seq
    } while (after !== undefined)
    return queued
  }

  #eventsIn(
    range: SeqRange,
    {
      wanted,
      account,
      after,
    }: { readonly wanted: string; readonly account: string | null; readonly after: number },
  ) {
    let select = this.#database.db
      .selectFrom('events')
      .select(['seq', 'id', 'account', 'body'])
      .where('state', '=', 'ready')
      .where('seq', '>', after)
    if (wanted !== '*') select = select.where('type', '=', wanted)
    if (account !== null) select = select.where('account', '=', account)
    if (range.seqs !== undefined) select = select.where('seq', 'in', [...range.seqs])
    if (range.event_ids !== undefined) select = select.where('id', 'in', [...range.event_ids])
    if (range.type !== undefined) select = select.where('type', '=', range.type)
    if (range.from !== undefined) select = select.where('received_at', '>=', range.from)
    if (range.to !== undefined) select = select.where('received_at', '<', range.to)
    return select.where('seq', '<=', range.newest).orderBy('seq').limit(PAGE).execute()
  }
}
