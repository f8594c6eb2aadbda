import type { SubscriptionLimits } from '../contract/index.ts'
import type { Job } from '../store/deliveries.ts'
import { DEFAULT_CONCURRENCY, RateLimit } from './rate.ts'

export interface HeldJob extends Job {
  /** One attempt to see whether an endpoint that was down is back. */
  readonly probe: boolean
}

/** What this process has in hand for one subscription. */
export class Endpoint {
  readonly queue: HeldJob[] = []
  readonly rate = new RateLimit()
  running = 0
  /** Promised to deliveries whose transaction is still under way. */
  reserved = 0
  concurrency = DEFAULT_CONCURRENCY
  /** Whether a timer will look at the queue again. */
  waking = false

  configure(limits: SubscriptionLimits, share: number): void {
    this.concurrency = limits.concurrency ?? DEFAULT_CONCURRENCY
    this.rate.configure(limits, share)
  }

  /** Whether it has as much in hand as it should. */
  get full(): boolean {
    return this.running + this.reserved + this.queue.length >= 2 * this.concurrency
  }

  get idle(): boolean {
    return this.running === 0 && this.reserved === 0 && this.queue.length === 0 && !this.waking
  }
}
