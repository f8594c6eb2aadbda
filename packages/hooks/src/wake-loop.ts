import { Cancellation, type Clock } from '@movoice-kit/core/engine'

export interface WakeLoopOptions {
  readonly clock: Clock
  /** Does what there is to do. Resolves to how long there is nothing more, in milliseconds; 0 to go on at once. */
  readonly round: () => Promise<number>
  /** The longest rest, whatever a round says: work that nobody told of is found by then. */
  readonly pollMs: number
  /** Told of a round that failed; the next one follows after a second. */
  readonly onError: (error: unknown) => void
}

const AFTER_ERROR_MS = 1_000

/**
 * Works and rests in turns. Being woken while it works counts as well: the next round then follows without a rest,
 * so that nothing that came in meanwhile is waited over.
 */
export class WakeLoop {
  readonly #options: WakeLoopOptions
  #stopping = false
  #woken = false
  #rest = new Cancellation()
  #running: Promise<void> | undefined

  constructor(options: WakeLoopOptions) {
    this.#options = options
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** There may be something to do. */
  wake(): void {
    this.#woken = true
    this.#rest.cancel()
  }

  get stopping(): boolean {
    return this.#stopping
  }

  /** Resolves once the round that is under way is over; there is no other after it. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.wake()
    await this.#running
  }

  async #run(): Promise<void> {
    const { clock, pollMs, round, onError } = this.#options
    while (!this.#stopping) {
      this.#woken = false
      this.#rest = new Cancellation()
      let rest: number
      try {
        rest = Math.min(pollMs, await round())
      } catch (error) {
        onError(error)
        rest = AFTER_ERROR_MS
      }
      if (rest > 0 && !this.#woken && !this.#stopping) await clock.sleep(rest, this.#rest.signal)
    }
  }
}
