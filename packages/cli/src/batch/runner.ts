import {
  type Call,
  type Clock,
  ConflictError,
  type CreateCallInput,
  isMovoiceError,
  type Movoice,
  type MovoiceError,
  OutcomeUnknownError,
  UnexpectedResponseError,
} from '@movoice-kit/core'
import { CommandError, exitCodes } from '@movoice-kit/core/command'
import type { Journal, Row } from './journal.ts'

export interface RunOptions {
  readonly movoice: Movoice
  readonly journal: Journal
  readonly clock: Clock
  readonly signal: AbortSignal
  /** What the request for a row holds. */
  readonly inputOf: (row: Row) => CreateCallInput
  /** How many calls may be asked for at once. */
  readonly lanes: number
  /** Whether to follow every call to its end. */
  readonly wait: boolean
  /** How long a call is followed at most, in milliseconds. */
  readonly waitMs: number
  /** Whether rows of which no call is to be found are called again. */
  readonly retryUnknown: boolean
  readonly onChange: (row: Row, what: string) => void
}

/** How long a call that is nowhere to be found must be gone before a person may have it placed again. */
export const RETRY_UNKNOWN_MS = 5 * 60_000
/** A 429 without a time of its own. */
const PAUSE_MS = 10_000
/** So many in a row, and none placed: something is wrong with all of them. */
const MOST_REFUSED_AT_FIRST = 5
const MOST_PAUSES = 60

/** Errors that concern every row alike: there is no point in going on. */
const OF_ALL = new Set(['UnauthorizedError', 'ForbiddenError', 'NotFoundError', 'ServerError'])

class Stopped extends Error {}

/**
 * Places a call for every row that waits, one request each: claimed on disk before it is sent, so that after a crash
 * it is looked up and never sent again.
 */
export class Runner {
  readonly #options: RunOptions
  readonly #queue: Row[]
  readonly #followers = new Set<Promise<void>>()
  /** Rows that wait for their turn: these can be called off. */
  readonly #pending = new Set<AbortController>()
  #trouble: unknown
  #placed = 0
  #refused = 0
  #pauses = 0
  #pausedUntil = 0

  constructor(options: RunOptions) {
    this.#options = options
    this.#queue = []
  }

  /** @throws whatever ended the run before its time; the journal has what was done until then */
  async run(): Promise<void> {
    const { journal, signal, lanes, wait } = this.#options
    const stop = () => this.#callOff()
    signal.addEventListener('abort', stop)
    try {
      const lost = journal.rows('claimed', 'unknown').map((row) => this.#guarded(this.#find(row)))
      if (wait) for (const row of journal.rows('placed')) this.#follow(row)
      this.#queue.push(...journal.rows('waiting'))
      await this.#work(lanes)
      await Promise.all(lost)
      // Rows that may be called again after all come back into the line.
      await this.#work(lanes)
      await Promise.all(this.#followers)
    } finally {
      signal.removeEventListener('abort', stop)
    }
    if (this.#trouble !== undefined) throw this.#trouble
    if (signal.aborted) throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
  }

  #callOff(): void {
    for (const pending of this.#pending) pending.abort()
  }

  #fail(error: unknown): void {
    this.#trouble ??= error
    this.#callOff()
  }

  /** What goes on beside the lines must not fail unseen. */
  #guarded(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => this.#fail(error))
  }

  get #over(): boolean {
    return this.#options.signal.aborted || this.#trouble !== undefined
  }

  async #work(lanes: number): Promise<void> {
    const lane = async () => {
      for (;;) {
        const row = this.#over ? undefined : this.#queue.shift()
        if (row === undefined) return
        await this.#rest()
        // A line that breaks must not leave the others behind, which may be waiting for an answer.
        if (!this.#over) await this.#guarded(this.#place(row))
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
  }

  async #rest(): Promise<void> {
    const { clock, signal } = this.#options
    while (!this.#over && clock.now() < this.#pausedUntil) {
      await clock.sleep(this.#pausedUntil - clock.now(), signal)
    }
  }

  async #place(row: Row): Promise<void> {
    const { movoice, journal, clock, inputOf, wait } = this.#options
    const turn = new AbortController()
    this.#pending.add(turn)
    try {
      const call = await movoice.calls.create(inputOf(row), {
        signal: turn.signal,
        beforeSending: () => {
          if (this.#over) throw new Stopped()
          journal.claim(row.phone, clock.now())
          // From here on it runs to its end: what is cut off now may ring unseen.
          this.#pending.delete(turn)
        },
      })
      this.#isPlaced(row, call.call_id, call.reconciled === true ? 'found' : 'placed')
      if (wait) this.#follow({ ...row, callId: call.call_id })
    } catch (error) {
      this.#notPlaced(row, error)
    } finally {
      this.#pending.delete(turn)
    }
  }

  #isPlaced(row: Row, callId: string, how: string): void {
    this.#placed += 1
    this.#pauses = 0
    this.#options.journal.placed(row.phone, callId)
    this.#options.onChange(row, `${how}: ${callId}`)
  }

  #notPlaced(row: Row, error: unknown): void {
    const { journal, onChange, clock } = this.#options
    if (error instanceof Stopped) return
    if (!isMovoiceError(error)) {
      this.#fail(error)
      return
    }
    if (error instanceof UnexpectedResponseError && error.callId !== undefined) {
      this.#isPlaced(row, error.callId, 'placed')
      return
    }
    if (error.name === 'AbortedError' && error.sent === 'no') {
      journal.release(row.phone)
      return
    }
    if (error.name === 'RateLimitedError') {
      journal.release(row.phone)
      this.#queue.unshift(row)
      this.#pauses += 1
      if (this.#pauses > MOST_PAUSES) this.#fail(error)
      this.#pausedUntil = clock.now() + (error.retryAfterMs ?? PAUSE_MS)
      return
    }
    // Before all that follows: whatever else it is, what may have rung is never called again.
    if (error.name === 'OutcomeUnknownError' || (error.sent === 'maybe' && !isRefusal(error))) {
      journal.unknown(row.phone, lineOf(error))
      onChange(row, 'not known')
      return
    }
    if (!isRefusal(error) || OF_ALL.has(error.name)) {
      journal.release(row.phone)
      this.#fail(error)
      return
    }
    journal.refused(row.phone, lineOf(error))
    onChange(row, `refused: ${error.message}`)
    this.#refused += 1
    if (this.#placed === 0 && this.#refused >= MOST_REFUSED_AT_FIRST) {
      this.#fail(
        new CommandError(`The first ${this.#refused} rows were all refused: ${error.message}`, {
          hint: 'The others were left alone: see to it, then run the same command again.',
          exitCode: exitCodes.refused,
        }),
      )
    }
  }

  /** What became of a call that was on its way when the last run ended. */
  async #find(row: Row): Promise<void> {
    const { movoice, journal, inputOf, signal, onChange, wait, retryUnknown, clock } = this.#options
    const sentAfter = row.claimedAt ?? 0
    try {
      const call = await movoice.calls.findPlaced(inputOf(row), { sentAfter, signal })
      this.#isPlaced(row, call.call_id, 'found')
      if (wait) this.#follow({ ...row, callId: call.call_id })
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      if (error.name === 'AbortedError') return
      const gone = error instanceof OutcomeUnknownError && error.notInList
      if (retryUnknown && gone && journal.lists(row.phone) && clock.now() - sentAfter >= RETRY_UNKNOWN_MS) {
        journal.release(row.phone)
        this.#queue.push({ ...row, state: 'waiting' })
        return
      }
      journal.unknown(row.phone, lineOf(error))
      onChange(row, 'not known')
    }
  }

  #follow(row: Row): void {
    const following = this.#guarded(this.#toItsEnd(row)).finally(() => this.#followers.delete(following))
    this.#followers.add(following)
  }

  async #toItsEnd(row: Row): Promise<void> {
    const { movoice, journal, signal, waitMs, onChange } = this.#options
    if (row.callId === null) return
    try {
      const call = await movoice.calls.waitUntilDone(row.callId, {
        signal,
        timeoutMs: waitMs,
        // The client's own feed only keeps the plan's gate from looking at the same calls once more.
        events: undefined,
        onLook: (seen) => journal.seen(row.phone, seen, false),
      })
      journal.seen(row.phone, call, true)
      onChange(row, endOf(call))
    } catch (error) {
      if (!isMovoiceError(error)) throw error
      if (error.name !== 'AbortedError') onChange(row, `not followed to its end: ${error.message}`)
    }
  }
}

/** Movoice answered, and the answer is no. */
function isRefusal({ status }: MovoiceError): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408
}

function lineOf(error: MovoiceError): string {
  const original = error instanceof ConflictError ? error.call?.call_id : undefined
  return original === undefined ? error.message : `${error.message} It is ${original}.`
}

const endOf = ({ status, outcome, reason }: Call): string => outcome ?? reason ?? status
