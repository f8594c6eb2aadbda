import { Cancellation, type CancelSignal, type Clock, RateLimitedError } from '@movoice-kit/core/engine'

export interface PaceOptions {
  readonly clock: Clock
  /** How many requests a minute may be begun here; asked anew each time, as processes that share a plan come and go. */
  readonly perMinute: () => number
}

const MINUTE_MS = 60_000
/** So many may go at once after a while of quiet, at least, and as many as this part of a minute holds. */
const LEAST_BURST = 3
const BURST_PART = 1 / 6
/** What is held back for longer is not waited out. */
const LONGEST_HOLD_MS = 5 * MINUTE_MS

/** The server is stopping: what waited for its turn is not done any more. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
  constructor() {
    super('The server is stopping.')
  }
}

/**
 * Turns at the API, in the order they are asked for. What completes events and sweeps may wait, and a phone call may
 * not: here is taken only so much of what a plan allows, and once the API says that it is too much, nothing.
 */
export class Pace {
  readonly #options: PaceOptions
  readonly #stop = new Cancellation()
  /** When the next turn would be, were there no bursts. */
  #next = 0
  #heldUntil = 0
  #seen = 0

  constructor(options: PaceOptions) {
    this.#options = options
  }

  /** Until when nothing is asked, in milliseconds since 1970: the API said so. */
  get heldUntil(): number {
    return this.#heldUntil
  }

  /**
   * Resolves when the next request may go.
   *
   * @throws {@link StoppedError}, or {@link RateLimitedError} if the API asks to be left alone for longer than an
   * event can wait: whoever asked comes again by himself
   */
  async turn(): Promise<void> {
    const { clock } = this.#options
    for (;;) {
      if (this.#stop.signal.aborted) throw new StoppedError()
      this.#setBack()
      const held = this.#heldUntil - clock.now()
      if (held > LONGEST_HOLD_MS) throw leftAlone(held)
      const wait = this.#take() - clock.now()
      if (wait > 0) await clock.sleep(wait, this.#stop.signal)
      // What was held back meanwhile is put in line again, so that it does not go all at once.
      if (this.#heldUntil <= clock.now() && !this.#stop.signal.aborted) return
    }
  }

  /** The API asks to be left alone for so long, in milliseconds. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#options.clock.now() + ms)
    this.#next = Math.max(this.#next, this.#heldUntil + this.#burst * this.#gap)
  }

  /** Whoever waits is told that the server stops. */
  stop(): void {
    this.#stop.cancel()
  }

  get stopped(): CancelSignal {
    return this.#stop.signal
  }

  get #gap(): number {
    return MINUTE_MS / Math.max(1, this.#options.perMinute())
  }

  get #burst(): number {
    return Math.max(LEAST_BURST, Math.floor(this.#options.perMinute() * BURST_PART)) - 1
  }

  /** A clock that was put back must not hold everything up until it is as late again. */
  #setBack(): void {
    const now = this.#options.clock.now()
    const ahead = Math.max(0, this.#seen - now)
    this.#next -= ahead
    this.#heldUntil -= ahead
    this.#seen = now
  }

  #take(): number {
    const now = this.#options.clock.now()
    const at = Math.max(now, this.#next - this.#burst * this.#gap)
    this.#next = Math.max(now, this.#next) + this.#gap
    return at
  }
}

const leftAlone = (ms: number): RateLimitedError =>
  new RateLimitedError(
    'rate_limited',
    `The API asks to be left alone for another ${Math.ceil(ms / 1000)} s.`,
    {
      attempts: 0,
      sent: 'no',
      retryAfterMs: ms,
    },
  )
