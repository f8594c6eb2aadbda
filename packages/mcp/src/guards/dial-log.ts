import type { Clock } from '@movoice-kit/core'

const WINDOW_MS = 24 * 60 * 60_000

interface Dial {
  readonly at: number
  readonly phones: readonly string[]
  /** What it became, once known. */
  callId?: string
}

export interface Earlier {
  readonly minutesAgo: number
  readonly callId: string | undefined
}

/** What this server has dialled in the last 24 hours: bounds how much a runaway assistant can do. */
export class DialLog {
  readonly limit: number
  readonly #clock: Clock
  #dials: Dial[] = []

  /** @param limit how many phones may ring in 24 hours */
  constructor(limit: number, clock: Clock) {
    this.limit = limit
    this.#clock = clock
  }

  /** How many phones may still ring. */
  get left(): number {
    this.#forget()
    return Math.max(0, this.limit - this.#dials.reduce((sum, { phones }) => sum + phones.length, 0))
  }

  /** Takes room for these phones, or gives `undefined` if there is not enough. Nothing can come between look and take. */
  take(phones: readonly string[]): Taken | undefined {
    if (phones.length > this.left) return undefined
    const dial: Dial = { at: this.#clock.now(), phones }
    this.#dials.push(dial)
    return {
      placed: (callId) => {
        dial.callId = callId
      },
      giveBack: () => {
        this.#dials = this.#dials.filter((other) => other !== dial)
      },
    }
  }

  /** The last time a number was dialled, or may have been. */
  earlier(phone: string): Earlier | undefined {
    this.#forget()
    const last = this.#dials.findLast(({ phones }) => phones.includes(phone))
    if (last === undefined) return undefined
    return { minutesAgo: Math.floor((this.#clock.now() - last.at) / 60_000), callId: last.callId }
  }

  #forget(): void {
    const since = this.#clock.now() - WINDOW_MS
    if ((this.#dials[0]?.at ?? since) < since) this.#dials = this.#dials.filter(({ at }) => at >= since)
  }
}

export interface Taken {
  placed(callId: string): void
  /** No phone can have rung: the room is free again. */
  giveBack(): void
}
