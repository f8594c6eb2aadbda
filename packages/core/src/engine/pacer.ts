import { Cancellation } from './cancel.ts'
import type { Clock } from './clock.ts'
import { ConnectionError, type MovoiceError, RateLimitedError } from './errors.ts'
import type { Logger } from './logger.ts'
import type { SlotLog, Taken } from './slot-log.ts'
import { type QueueOptions, Turns } from './turns.ts'

/** The plan's minute, and a little for timers that ring early. */
const WINDOW_MS = 60_025
/** How often to ask for a slot at least: no clock is made to sleep for ever. */
const POLL_MS = 60_000
/** How long requests are spaced out after the API refused one that the plan allows. */
const SPACING_MS = 15 * 60_000
/** Spaced requests arrive a little closer together or farther apart: if one is refused all the same, the gap grows. */
const WIDEN = 1.1
const WIDEST = 2

/** A place in the plan's minute. */
export interface Slot {
  readonly token: string
  /** When it was given. */
  readonly at: number
}

/**
 * Keeps requests within a number a minute. A slot is free again a minute after the answer to its request, not after
 * the request: the API counted it at some moment before it answered, so that by then it has left any window of a
 * minute, whichever way the API counts. If a request is refused all the same, the API counts otherwise, and they are
 * spaced out evenly for a while.
 */
export class Pacer {
  readonly #limit: number
  readonly #log: SlotLog
  readonly #clock: Clock
  readonly #logger: Logger | undefined
  readonly #turns: Turns<Slot>
  #serving = false
  #freed = new Cancellation()
  #pausedUntil = 0
  #spacedSince = 0
  #spacedUntil = 0
  #width = 1

  constructor(limit: number, log: SlotLog, clock: Clock, logger?: Logger) {
    this.#logger = logger
    this.#limit = limit
    this.#log = log
    this.#clock = clock
    this.#turns = new Turns(clock)
  }

  /** Waits for a slot; what it gives is for {@link Pacer.leave}. */
  async enter(options: QueueOptions): Promise<Slot> {
    const turn = this.#turns.wait(options)
    void this.#serve()
    try {
      return await turn
    } catch (error) {
      // Whoever waited is gone: a pause that was theirs must not keep a process alive.
      this.#freed.cancel()
      throw error
    }
  }

  /** The request was answered, or nothing of it was sent. */
  async leave({ token, at }: Slot, error: MovoiceError | undefined): Promise<void> {
    const now = this.#clock.now()
    if (error instanceof RateLimitedError) {
      this.#pausedUntil = Math.max(this.#pausedUntil, now + (error.retryAfterMs ?? 0))
      if (now >= this.#spacedUntil) {
        this.#spacedSince = now
        this.#width = 1
      } else if (at > this.#spacedSince) {
        this.#spacedSince = now
        this.#width = Math.min(WIDEST, this.#width * WIDEN)
      }
      this.#spacedUntil = now + SPACING_MS
    }
    try {
      await this.#log.release(token, error?.sent === 'no' ? 0 : WINDOW_MS)
    } catch {
      // The request has its answer, which must not be lost over this; the log frees the slot by itself in the end.
      this.#logger?.warn({}, 'a slot of the plan could not be given back')
    }
    this.#freed.cancel()
  }

  async #serve(): Promise<void> {
    if (this.#serving) return
    this.#serving = true
    try {
      while (this.#turns.length > 0) {
        const taken = await this.#take()
        if ('token' in taken) {
          if (this.#turns.length === 0) await this.#log.release(taken.token, 0)
          else this.#turns.serve({ token: taken.token, at: this.#clock.now() })
          continue
        }
        this.#freed = new Cancellation()
        await this.#clock.sleep(Math.min(taken.waitMs, this.#log.pollMs ?? POLL_MS), this.#freed.signal)
      }
    } catch {
      // What the log threw may hold its connection's secrets, so none of it is passed on.
      this.#turns.failAll(
        new ConnectionError('pacing_unavailable', 'The shared log of the plan’s calls could not be read.', {
          sent: 'no',
          hint: 'Nothing was sent. Check the database that the processes of this account share.',
        }),
      )
    } finally {
      this.#serving = false
    }
  }

  async #take(): Promise<Taken> {
    const now = this.#clock.now()
    if (now < this.#pausedUntil) return { waitMs: this.#pausedUntil - now }
    const gapMs = now < this.#spacedUntil ? Math.ceil((60_000 / this.#limit) * this.#width) : 0
    return this.#log.take(this.#limit, gapMs)
  }
}
