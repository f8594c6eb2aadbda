import type { SubscriptionLimits } from '../contract/index.ts'
import type { Job } from '../store/claims.ts'
import { DEFAULT_CONCURRENCY, RateLimit } from './rate.ts'

export interface HeldJob extends Job {
  /** One attempt to see whether an endpoint that was down is back. */
  readonly probe: boolean
}

/** As many as an endpoint gets at once of which nothing good is known. */
const FIRST = 4

/**
 * What this process has in hand for one subscription. How many it sends at once grows with every success and falls
 * back with a failure: one that never answers has a few places and no more, and the others have theirs.
 */
export class Endpoint {
  readonly queue: HeldJob[] = []
  #trusted = FIRST
  readonly rate = new RateLimit()
  running = 0
  /** Promised to deliveries whose transaction is still under way. */
  reserved = 0
  #concurrency = DEFAULT_CONCURRENCY
  /** Whether a timer will look at the queue again. */
  waking = false

  configure(limits: SubscriptionLimits, share: number): void {
    this.#concurrency = limits.concurrency ?? DEFAULT_CONCURRENCY
    this.rate.configure(limits, share)
  }

  /** How many may be on the wire at once. */
  get concurrency(): number {
    return Math.min(this.#trusted, this.#concurrency)
  }

  learn(delivered: boolean): void {
    this.#trusted = delivered ? Math.min(this.#trusted + 1, this.#concurrency) : FIRST
  }

  /** How many more it should have in hand: as much again as it can send at once, so that it never waits for the next. */
  get room(): number {
    return 2 * this.concurrency - this.running - this.reserved - this.queue.length
  }

  /** Whether it has got through so much of what it has in hand that it is time for more. */
  get hungry(): boolean {
    return this.room >= this.concurrency && !this.waking
  }

  get idle(): boolean {
    return this.running === 0 && this.reserved === 0 && this.queue.length === 0 && !this.waking
  }
}
