import { errorFields, type Log } from './log.ts'

/** Work that goes on after Slack was answered: known, so that a stop waits for it. */
export class UnderWay {
  readonly #log: Log
  readonly #running = new Set<Promise<unknown>>()

  constructor(log: Log) {
    this.#log = log
  }

  /** Takes work that nobody waits for; what it throws is in the log. */
  later(work: Promise<unknown>): void {
    this.#keep(
      work.catch((error: unknown) =>
        this.#log.error(errorFields(error), 'something that went on behind an answer failed'),
      ),
    )
  }

  /** Takes the rest of a handler; what it throws comes out again. */
  tracked(work: () => Promise<void>): Promise<void> {
    const under = work()
    this.#keep(
      under.then(
        () => undefined,
        () => undefined,
      ),
    )
    return under
  }

  /** Resolves when nothing that was begun is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #keep(work: Promise<unknown>): void {
    const watched: Promise<unknown> = work.finally(() => this.#running.delete(watched))
    this.#running.add(watched)
  }
}
