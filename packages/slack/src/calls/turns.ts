/** For so long, in ms, work may be put off while other requests come in. */
const PATIENCE = 250

/**
 * Lets work begin one by one, each in a turn of the event loop of its own, and only when no further request comes in:
 * SQLite works in this thread, so a hundred beginnings in a row, or between, would keep Slack waiting.
 */
export class Turns {
  readonly #now: () => number
  #last: Promise<void> = Promise.resolve()
  #asked = 0

  /** @param now ms, from any beginning */
  constructor(now: () => number) {
    this.#now = now
  }

  next(): Promise<void> {
    this.#asked += 1
    const until = this.#now() + PATIENCE
    this.#last = this.#last.then(() => this.#quiet(until))
    return this.#last
  }

  async #quiet(until: number): Promise<void> {
    for (;;) {
      const before = this.#asked
      // A request that is being read takes more than one turn.
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      if (this.#asked === before || this.#now() >= until) return
    }
  }
}
