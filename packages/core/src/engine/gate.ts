import { Cancellation } from './cancel.ts'
import type { Clock } from './clock.ts'
import { isMovoiceError } from './errors.ts'
import { type CallEventSource, saysOver } from './event-source.ts'
import { type QueueOptions, Turns } from './turns.ts'
import { pauseBefore } from './wait.ts'

/** With an event source, looks only catch what it missed. */
const SAFETY_LOOK_MS = 60_000
/** A call whose fate is unknown is taken to be on the line for this long. */
const UNKNOWN_MS = 120_000
/** Longer than any call can last. */
const LONGEST_MS = 2 * 60 * 60_000

/** Events of other people's calls come along too: only the latest can be about a call that is being placed. */
const MOST_EARLY = 1_000

interface Held {
  /** When its place is free whatever we could learn. */
  readonly freeAt: number
  looks: number
  lookAt: number
}

const UNKNOWN_ID = 'unknown '

export interface GateParts {
  /** How many calls may be on the line at once. */
  readonly limit: number
  readonly clock: Clock
  readonly events: CallEventSource | undefined
  /** Whether a call is over, as the API tells it now. */
  readonly isOver: (callId: string) => Promise<boolean>
}

/** Lets only so many calls be on the line at once: one more may begin when an event, or a look, says that one is over. */
export class Gate {
  readonly #parts: GateParts
  readonly #turns: Turns<undefined>
  readonly #held = new Map<string, Held>()
  /** Places of calls that are being placed. */
  #reserved = 0
  #unknowns = 0
  /** Calls that were over before the answer to their request told their id. */
  readonly #overEarly = new Set<string>()
  #unsubscribe: (() => void) | undefined
  #looking = false
  #changed = new Cancellation()

  constructor(parts: GateParts) {
    this.#parts = parts
    this.#turns = new Turns(parts.clock)
  }

  /** Waits for a place on the line. It is given back by exactly one of `placed`, `notPlaced` or `unknown`. */
  async enter(options: QueueOptions): Promise<void> {
    this.#forgetOld()
    if (this.#turns.length === 0 && this.#hasRoom()) {
      this.#reserve()
      return
    }
    const turn = this.#turns.wait(options)
    void this.#look()
    try {
      await turn
    } catch (error) {
      // Whoever waited is gone: a pause that was theirs must not keep a process alive.
      this.#changed.cancel()
      throw error
    }
  }

  placed(callId: string): void {
    this.#reserved -= 1
    const now = this.#parts.clock.now()
    if (!this.#overEarly.delete(callId)) {
      this.#held.set(callId, { freeAt: now + LONGEST_MS, looks: 0, lookAt: now + this.#pause(0) })
    }
    this.#update()
  }

  notPlaced(): void {
    this.#reserved -= 1
    this.#update()
  }

  unknown(): void {
    const freeAt = this.#parts.clock.now() + UNKNOWN_MS
    this.#unknowns += 1
    this.#held.set(`${UNKNOWN_ID}${this.#unknowns}`, { freeAt, looks: 0, lookAt: freeAt })
    this.notPlaced()
  }

  /** Somebody learned that a call is over. */
  over(callId: string): void {
    if (this.#held.delete(callId)) this.#update()
    else if (this.#reserved > 0) {
      this.#overEarly.add(callId)
      const [oldest] = this.#overEarly
      if (this.#overEarly.size > MOST_EARLY && oldest !== undefined) this.#overEarly.delete(oldest)
    }
  }

  #forgetOld(): void {
    const now = this.#parts.clock.now()
    for (const [callId, { freeAt }] of this.#held) if (freeAt <= now) this.over(callId)
  }

  #hasRoom(): boolean {
    return this.#held.size + this.#reserved < this.#parts.limit
  }

  #reserve(): void {
    this.#reserved += 1
    this.#unsubscribe ??= this.#parts.events?.subscribe((event) => {
      if (saysOver(event) && event.call_id !== null) this.over(event.call_id)
    })
  }

  #update(): void {
    if (this.#reserved <= 0) this.#overEarly.clear()
    while (this.#turns.length > 0 && this.#hasRoom()) {
      this.#reserve()
      this.#turns.serve(undefined)
    }
    if (this.#reserved <= 0 && this.#held.size === 0) {
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
    }
    this.#changed.cancel()
  }

  #pause(looks: number): number {
    return this.#parts.events === undefined ? pauseBefore(looks + 1) : SAFETY_LOOK_MS
  }

  /** While somebody waits, looks at the calls on the line, each at its time. */
  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    const { clock, isOver } = this.#parts
    try {
      while (this.#turns.length > 0) {
        const now = clock.now()
        const next = [...this.#held].sort(([, a], [, b]) => a.lookAt - b.lookAt)[0]
        if (next === undefined || next[1].lookAt > now) {
          this.#changed = new Cancellation()
          await clock.sleep((next?.[1].lookAt ?? now + SAFETY_LOOK_MS) - now, this.#changed.signal)
          continue
        }
        const [callId, held] = next
        held.looks += 1
        held.lookAt = now + this.#pause(held.looks)
        if (held.freeAt <= now) this.over(callId)
        else if (await this.#asks(callId, isOver)) this.over(callId)
      }
    } finally {
      this.#looking = false
    }
  }

  async #asks(callId: string, isOver: (callId: string) => Promise<boolean>): Promise<boolean> {
    try {
      return await isOver(callId)
    } catch (error) {
      if (isMovoiceError(error)) return error.status === 404
      throw error
    }
  }
}
