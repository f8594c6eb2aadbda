import { Cancellation, type Clock } from '@movoice-kit/core/engine'
import type { Database } from '../store/database.ts'
import { addTallies, forgetTallies } from '../store/tallies.ts'
import { ASKED, ENDED } from './api-cost.ts'
import type { Log } from './log.ts'
import {
  type AttemptSeen,
  latencyOf,
  type Observer,
  type RequestSeen,
  type SweepSeen,
  type WebhookSeen,
} from './observer.ts'

export interface TalliesOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** How long numbers are kept, in milliseconds. */
  readonly retentionMs: number
}

/** How fine the dashboard's numbers over time are. */
export const TALLY_MS = 5 * 60_000
const FLUSH_MS = 30_000
const CLEAN_MS = 3_600_000

/** Upper bounds of the classes that latencies are counted in, in milliseconds; what is longer is in `inf`. */
export const LATENCY_BOUNDS = [
  5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000,
] as const

/** Which class a latency is counted in. */
export const latencyName = (ms: number): string =>
  `latency:${LATENCY_BOUNDS.find((bound) => ms <= bound) ?? 'inf'}`

/**
 * Numbers over time for people: gathered in memory, added to the database every half minute, so that they are the
 * same whichever process shows them. A process that is killed takes its last ones along; the
 * events and deliveries themselves are never counted from here.
 */
export class Tallies implements Observer {
  readonly #options: TalliesOptions
  readonly #stop = new Cancellation()
  #counts = new Map<string, { at: number; name: string; value: number }>()
  #soon: Promise<void> | undefined
  #cleanedAt = Number.NEGATIVE_INFINITY

  constructor(options: TalliesOptions) {
    this.#options = options
  }

  async stop(): Promise<void> {
    this.#stop.cancel()
    await this.#soon
    await this.flush()
  }

  webhook({ result, event, endedAt }: WebhookSeen): void {
    this.#count(endedAt, result === 'new' ? 'received' : `webhook:${result}`)
    const ended = event?.type === 'call.completed' || event?.type === 'call.failed'
    if (result === 'new' && ended) this.#count(endedAt, ENDED)
  }

  attempt(seen: AttemptSeen): void {
    const { verdict, endedAt } = seen
    this.#count(endedAt, verdict.kind === 'delivered' ? 'delivered' : 'failed')
    if (verdict.kind === 'delivered') this.#count(endedAt, latencyName(latencyOf(seen)))
  }

  sweep({ found }: SweepSeen): void {
    if (found === 0) return
    const now = this.#options.clock.now()
    this.#count(now, 'recovered', found)
    this.#count(now, ENDED, found)
  }

  request({ operation, endedAt }: RequestSeen): void {
    this.#count(endedAt, `${ASKED}${operation}`)
  }

  #count(now: number, name: string, by = 1): void {
    const at = now - (now % TALLY_MS)
    const key = `${at} ${name}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { at, name, value: by })
    else known.value += by
    this.#soon ??= this.#flushSoon()
  }

  /** Adds what was counted to the database; what cannot be added now is kept for the next time. */
  async flush(): Promise<void> {
    const { database, log } = this.#options
    if (this.#counts.size === 0) return
    const counts = this.#counts
    this.#counts = new Map()
    try {
      await database.transaction((db) => addTallies(database, db, [...counts.values()]))
    } catch (error) {
      for (const { at, name, value } of counts.values()) this.#count(at, name, value)
      log.debug({ err: error }, 'numbers for the dashboard could not be stored yet')
    }
  }

  /** One flush a while after the first count: while nothing happens, nothing is written. */
  async #flushSoon(): Promise<void> {
    const { clock } = this.#options
    await clock.sleep(FLUSH_MS, this.#stop.signal)
    this.#soon = undefined
    if (this.#stop.signal.aborted) return
    await this.flush()
    await this.#clean()
  }

  async #clean(): Promise<void> {
    const { database, clock, log, retentionMs } = this.#options
    const now = clock.now()
    if (now - this.#cleanedAt < CLEAN_MS) return
    this.#cleanedAt = now
    try {
      await forgetTallies(database.db, now - retentionMs)
    } catch (error) {
      log.debug({ err: error }, 'old numbers could not be cleared; trying again')
    }
  }
}
