import type { CancelSignal } from '../engine/cancel.ts'
import type { Clock } from '../engine/clock.ts'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock for tests: time stands still until {@link VirtualClock.run} lets it jump from one pause to the next. */
export class VirtualClock implements Clock {
  #now: number
  readonly #sleepers = new Set<Sleeper>()

  readonly #turns: number

  /** @param turns how many turns of the event loop the work may need before it waits; 1 for promises alone */
  constructor(start = 1_767_225_600_000, turns = 3) {
    this.#now = start
    this.#turns = turns
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: CancelSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = () => {
        this.#sleepers.delete(sleeper)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const sleeper = { at: this.#now + Math.max(0, ms), wake }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', wake)
    })
  }

  /** How many pauses are under way: 0 when nothing was left running. */
  get sleeping(): number {
    return this.#sleepers.size
  }

  /** Runs until the work settles, jumping over every pause. */
  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const watched = work.finally(() => {
      settled = true
    })
    // The outcome is awaited below; until then it must not count as unhandled.
    watched.catch(() => undefined)
    while (true) {
      await this.#settle()
      if (settled) return watched
      const next = this.#next()
      if (next === undefined || next.at === Infinity)
        throw new Error('The work waits for something that is not time.')
      this.#now = next.at
      next.wake()
    }
  }

  #next(): Sleeper | undefined {
    let next: Sleeper | undefined
    for (const sleeper of this.#sleepers) if (next === undefined || sleeper.at < next.at) next = sleeper
    return next
  }

  /** Lets time pass while work goes on by itself. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.#settle()
    for (;;) {
      const next = this.#next()
      if (next === undefined || next.at > end) break
      this.#now = next.at
      next.wake()
      await this.#settle()
    }
    this.#now = end
  }

  /** Until everything that can go on without time passing has gone on. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < this.#turns; turn += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
}
