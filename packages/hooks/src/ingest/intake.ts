import type { Clock } from '@movoice-kit/core/engine'
import type { Kysely } from 'kysely'
import type { Dispatcher } from '../delivery/dispatcher.ts'
import { type FannedOut, fanOut, type ReadyEvent } from '../delivery/fan-out.ts'
import { Batcher } from '../store/batcher.ts'
import type { Database } from '../store/database.ts'
import { type Arrival, finishWaiting, recordEvents } from '../store/events.ts'
import type { Schema } from '../store/schema.ts'
import type { Snapshot } from '../subscriptions/snapshot.ts'

export interface IntakeOptions {
  readonly database: Database
  readonly clock: Clock
  readonly dispatcher: Dispatcher
  readonly snapshot: Snapshot
  readonly lease: string
  /** Told when events were stored that the API is to be asked about. */
  readonly onWaiting: () => void
}

/** What became of an arrival: `new`, or a `repeat` of an event that was known. */
export type Taken = 'new' | 'repeat'

export interface CompletedEvent extends ReadyEvent {
  readonly missing: string | null
}

/**
 * Where events come in, from webhooks and from the sweep: many are stored with one commit, those that are new are
 * queued for whoever wants them with the same commit, and only then does anybody hear that they were taken.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #batcher: Batcher<Arrival, Taken>

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#batcher = new Batcher((arrivals) => this.#record(arrivals))
  }

  /** Resolves once the event is on disk; rejects if it could not be stored. */
  take(arrival: Arrival): Promise<Taken> {
    return this.#batcher.add(arrival)
  }

  /** How many arrivals wait for their commit. */
  get backlog(): number {
    return this.#batcher.size
  }

  idle(): Promise<void> {
    return this.#batcher.idle()
  }

  async #record(arrivals: readonly Arrival[]): Promise<Taken[]> {
    const { database, onWaiting } = this.#options
    const fresh = await this.#handOver(async (db) => {
      const recorded = await recordEvents(database, db, arrivals)
      return { ready: recorded.fresh.filter(({ waits }) => !waits), result: recorded.fresh }
    })
    if (fresh.some(({ waits }) => waits)) onWaiting()
    const news = new Set(fresh.map(({ account, event }) => `${account}\n${event.id}`))
    return arrivals.map(({ account, event }) => {
      // Of several alike in one batch, the first is the new one.
      return news.delete(`${account}\n${event.id}`) ? 'new' : 'repeat'
    })
  }

  /** An event that waited is as complete as it gets. */
  async finish(event: CompletedEvent): Promise<void> {
    await this.#handOver(async (db) => {
      const first = await finishWaiting(db, event)
      return { ready: first ? [event] : [], result: undefined }
    })
  }

  /** Work on events, and the queueing of those that became ready by it, with one commit. */
  async #handOver<R>(
    work: (db: Kysely<Schema>) => Promise<{ readonly ready: readonly ReadyEvent[]; readonly result: R }>,
  ): Promise<R> {
    const { database, clock, dispatcher, lease, snapshot } = this.#options
    const reserved: string[] = []
    const reserve = (id: string) => {
      if (!dispatcher.reserve(id)) return false
      reserved.push(id)
      return true
    }
    let fanned: FannedOut = { inHand: [], more: false }
    try {
      const result = await database.transaction(async (db) => {
        const { ready, result } = await work(db)
        if (ready.length > 0) {
          const context = { database, snapshot, lease, now: clock.now(), reserve }
          fanned = await fanOut(context, db, ready)
        }
        return result
      })
      reserved.length = 0
      for (const job of fanned.inHand) dispatcher.accept(job)
      if (fanned.more) {
        dispatcher.wake()
        database.bell.ring()
      }
      return result
    } catch (error) {
      for (const id of reserved) dispatcher.unreserve(id)
      throw error
    }
  }
}
