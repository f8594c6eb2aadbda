import type { SubscriptionLimits } from '../contract/index.ts'

const PRESETS = { zapier: { per_second: 30, per_5_minutes: 10_000 } } as const
const SECOND = 1000
const FIVE_MINUTES = 300_000
export const DEFAULT_CONCURRENCY = 32

interface Window {
  readonly max: number
  readonly ms: number
}

/** A subscription's limits as they hold: its preset's, where they are not set otherwise. */
export const limitsThatHold = (limits: SubscriptionLimits): SubscriptionLimits => ({
  ...(limits.preset && PRESETS[limits.preset]),
  ...limits,
})

/** How many may be sent in what time. */
function windowsOf(limits: SubscriptionLimits, share: number): Window[] {
  const { per_second, per_5_minutes } = limitsThatHold(limits)
  const windows: Window[] = []
  // Several machines share an endpoint's limit; each must get something.
  if (per_second !== undefined) windows.push({ max: Math.max(1, Math.floor(per_second / share)), ms: SECOND })
  if (per_5_minutes !== undefined) {
    windows.push({ max: Math.max(1, Math.floor(per_5_minutes / share)), ms: FIVE_MINUTES })
  }
  return windows
}

/** Keeps to an endpoint's limits: the times of what was sent, as far back as the longest window. */
export class RateLimit {
  #limits: SubscriptionLimits | undefined
  #share = 0
  #windows: Window[] = []
  #sent: number[] = []

  configure(limits: SubscriptionLimits, share: number): void {
    if (limits === this.#limits && share === this.#share) return
    this.#limits = limits
    this.#share = share
    this.#windows = windowsOf(limits, share)
  }

  /** 0 if one may be sent now, which then counts; else how long to wait. */
  take(now: number): number {
    if (this.#windows.length === 0) return 0
    this.#setBack(now)
    const wait = Math.max(0, ...this.#windows.map(({ max, ms }) => this.#freeAt(max, ms) - now))
    if (wait > 0) return wait
    this.#sent.push(now)
    const longest = Math.max(...this.#windows.map(({ max }) => max))
    if (this.#sent.length > 2 * longest) this.#sent = this.#sent.slice(-longest)
    return 0
  }

  /** A clock that was put back must not hold an endpoint up until it is as late again. */
  #setBack(now: number): void {
    const ahead = (this.#sent.at(-1) ?? now) - now
    if (ahead > 0) this.#sent = this.#sent.map((at) => at - ahead)
  }

  #freeAt(max: number, ms: number): number {
    const oldest = this.#sent[this.#sent.length - max]
    return oldest === undefined ? 0 : oldest + ms
  }
}
