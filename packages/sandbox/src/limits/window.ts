/** How a minute is counted. Which one Movoice uses is not documented. */
export const windowModels = ['sliding', 'fixed', 'gcra'] as const
/** How the plan’s minute is counted. */
export type WindowModel = (typeof windowModels)[number]

/** Counts requests against a number a minute. Times in milliseconds. */
export interface Window {
  /** How long until one more is allowed; 0 is now. */
  waitMs(now: number): number
  count(now: number): void
}

const MINUTE = 60_000

/** At most `limit` in any 60 seconds. */
class Sliding implements Window {
  readonly #limit: number
  /** A ring of the last `limit` moments. */
  readonly #times: number[] = []
  #next = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  waitMs(now: number): number {
    const oldest = this.#times[this.#next]
    return oldest === undefined ? 0 : Math.max(0, oldest + MINUTE - now)
  }

  count(now: number): void {
    this.#times[this.#next] = now
    this.#next = (this.#next + 1) % this.#limit
  }
}

/** At most `limit` in each minute of the clock. */
class Fixed implements Window {
  readonly #limit: number
  #minute = -1
  #counted = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  waitMs(now: number): number {
    const minute = Math.floor(now / MINUTE)
    return minute === this.#minute && this.#counted >= this.#limit ? (minute + 1) * MINUTE - now : 0
  }

  count(now: number): void {
    const minute = Math.floor(now / MINUTE)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#counted = 0
    }
    this.#counted += 1
  }
}

/** Evenly spread, with a burst of a tenth of the limit (generic cell rate algorithm). */
class Gcra implements Window {
  readonly #gap: number
  readonly #tolerance: number
  #due = 0

  constructor(limit: number) {
    this.#gap = MINUTE / limit
    this.#tolerance = this.#gap * (Math.max(1, Math.floor(limit / 10)) - 1)
  }

  waitMs(now: number): number {
    return Math.max(0, Math.ceil(this.#due - this.#tolerance - now))
  }

  count(now: number): void {
    this.#due = Math.max(this.#due, now) + this.#gap
  }
}

class Unlimited implements Window {
  waitMs(): number {
    return 0
  }

  count(): void {}
}

export function makeWindow(model: WindowModel, limit: number | null): Window {
  if (limit === null) return new Unlimited()
  switch (model) {
    case 'fixed':
      return new Fixed(limit)
    case 'gcra':
      return new Gcra(limit)
    case 'sliding':
      return new Sliding(limit)
  }
}
