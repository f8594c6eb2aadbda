/** What came of asking for a slot: one, or how long to wait before asking again, in milliseconds. */
export type Taken = { readonly token: string } | { readonly waitMs: number }

/**
 * Where the slots of a plan's minute are kept. A slot is taken before a request and is free again some time after its
 * answer: kept in this process, or shared by all processes of one account (see `@movoice-kit/core/postgres`).
 */
export interface SlotLog {
  /**
   * Takes one of `limit` slots, if one is free and the last was taken at least `gapMs` ago. `waitMs` is infinite when
   * all slots belong to requests that are under way.
   */
  take(limit: number, gapMs: number): Promise<Taken>
  /** Its request was answered: the slot is free again in `ms`; at once for 0. */
  release(token: string, ms: number): Promise<void>
  /** How often to ask at least, in milliseconds, where others can free a slot without our knowing. */
  readonly pollMs?: number
}

/**
 * A {@link SlotLog} for one process.
 *
 * @example
 * new Movoice({ apiKey, plan: 'growth', slotLog: new MemorySlotLog(Date.now) })
 */
export class MemorySlotLog implements SlotLog {
  /** When each slot is free again; infinite while its request is under way. */
  readonly #freeAt = new Map<string, number>()
  readonly #now: () => number
  #lastTaken = Number.NEGATIVE_INFINITY
  #count = 0

  constructor(now: () => number) {
    this.#now = now
  }

  async take(limit: number, gapMs: number): Promise<Taken> {
    const now = this.#now()
    for (const [token, at] of this.#freeAt) if (at <= now) this.#freeAt.delete(token)
    const gapLeft = this.#lastTaken + gapMs - now
    if (this.#freeAt.size >= limit) {
      // Slots are let go one by one, and a lower limit may need several: the n-th to come free is the one.
      const times = [...this.#freeAt.values()].sort((a, b) => a - b)
      return { waitMs: Math.max(gapLeft, (times[this.#freeAt.size - limit] ?? now) - now) }
    }
    if (gapLeft > 0) return { waitMs: gapLeft }
    this.#count += 1
    this.#lastTaken = now
    const token = String(this.#count)
    this.#freeAt.set(token, Number.POSITIVE_INFINITY)
    return { token }
  }

  async release(token: string, ms: number): Promise<void> {
    if (ms <= 0) this.#freeAt.delete(token)
    else this.#freeAt.set(token, this.#now() + ms)
  }
}
