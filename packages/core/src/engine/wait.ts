import type { Call } from '../contract/call.ts'
import { Cancellation, type CancelSignal } from './cancel.ts'
import type { Clock } from './clock.ts'
import { AbortedError, isMovoiceError, TimeoutError } from './errors.ts'
import { type CallEventSource, saysOver } from './event-source.ts'

/** How long to wait for the end of a call, and by what to learn of it. */
export interface WaitOptions {
  /** How long to wait at most, in milliseconds; 35 minutes, as a call may last 30. */
  readonly timeoutMs?: number | undefined
  readonly signal?: CancelSignal | undefined
  /** Tells when the call is over, so that it need not be looked at again and again; the client's own if not given. */
  readonly events?: CallEventSource | undefined
  /** Between two looks, in milliseconds, for somebody who watches; if not given, few while a call can hardly be over. */
  readonly everyMs?: number | undefined
  /** Is told what each look saw. */
  readonly onLook?: ((call: Call) => void) | undefined
}

export const DEFAULT_WAIT_MS = 35 * 60_000
/** Pauses before the first looks, in seconds: at once, then few while a call can hardly be over. */
const PAUSES = [0, 28, 20, 15, 11, 8, 6]
const LAST_PAUSE = 5
/** With an event source, a look now and then catches an event that never came. */
const SAFETY_PAUSE_MS = 60_000
/** How long a summary may come after the end of a call. */
const RESULT_GRACE_MS = 60_000

/** How long to wait before a look at a call, in milliseconds; the first look is number 0. */
export function pauseBefore(look: number): number {
  return (PAUSES[look] ?? LAST_PAUSE) * 1000
}

export interface Waiter {
  readonly callId: string
  readonly clock: Clock
  readonly get: () => Promise<Call>
  readonly isOver: (call: Call) => boolean
}

/**
 * Looks at a call until it is over and its summary and transcript are there, or a minute has passed since its end: they
 * may come later than the status. A passing fault of the network or the API does not end the wait. A call of 90 s
 * costs 8 looks, and its end is noticed within 5 s; with an event source it costs 2.
 *
 * @throws {@link TimeoutError} with the code `still_running` when `timeoutMs` is over
 */
export async function waitUntilDone(
  { callId, clock, get, isOver }: Waiter,
  { timeoutMs = DEFAULT_WAIT_MS, signal, events, everyMs, onLook }: WaitOptions,
): Promise<Call> {
  const deadline = clock.now() + timeoutMs
  const news = new News(callId, events)
  let resultsBy: number | undefined
  let last: Call | undefined
  try {
    for (let look = 0; ; look += 1) {
      const pause =
        resultsBy !== undefined
          ? LAST_PAUSE * 1000
          : events !== undefined && look > 0
            ? SAFETY_PAUSE_MS
            : look > 0 && everyMs !== undefined
              ? everyMs
              : pauseBefore(look)
      const left = deadline - clock.now()
      if (left <= 0 && look > 0) {
        if (last !== undefined && isOver(last)) return last
        throw stillRunning(timeoutMs)
      }
      await news.sleep(Math.min(pause, left), clock, signal)
      if (signal?.aborted) {
        throw new AbortedError('aborted', 'Waiting was aborted; the call goes on.', {
          sent: 'yes',
          hint: 'Ask for the call later with calls.get.',
        })
      }
      try {
        last = await get()
      } catch (error) {
        if (isMovoiceError(error) && isPassing(error.code, error.status)) continue
        throw error
      }
      onLook?.(last)
      if (!isOver(last)) continue
      if (last.status !== 'completed' || hasResults(last)) return last
      resultsBy ??= clock.now() + RESULT_GRACE_MS
      if (clock.now() >= resultsBy) return last
    }
  } finally {
    news.end()
  }
}

/** Cuts a pause short when an event says that the call is over. */
class News {
  readonly #unsubscribe: (() => void) | undefined
  #arrived = false
  #wake: Cancellation | undefined

  constructor(callId: string, events: CallEventSource | undefined) {
    this.#unsubscribe = events?.subscribe((event) => {
      if (event.call_id !== callId || !saysOver(event)) return
      this.#arrived = true
      this.#wake?.cancel()
    })
  }

  async sleep(ms: number, clock: Clock, signal: CancelSignal | undefined): Promise<void> {
    if (this.#arrived) {
      // An event that came between two pauses: look at once, but only once.
      this.#arrived = false
      return
    }
    const wake = new Cancellation()
    this.#wake = wake
    const stop = () => wake.cancel()
    signal?.addEventListener('abort', stop)
    if (!signal?.aborted) await clock.sleep(ms, wake.signal)
    signal?.removeEventListener('abort', stop)
    this.#wake = undefined
    this.#arrived = false
  }

  end(): void {
    this.#unsubscribe?.()
  }
}

function stillRunning(timeoutMs: number): TimeoutError {
  const message = `The call was not over after ${Math.round(timeoutMs / 1000)} s.`
  return new TimeoutError('still_running', message, {
    sent: 'yes',
    hint: 'The call goes on: ask for it later with calls.get, or wait longer.',
  })
}

const hasResults = ({ summary, transcript, transcript_url }: Call): boolean =>
  hasText(summary) && (transcript != null || hasText(transcript_url))

const hasText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function isPassing(code: string, status: number | undefined): boolean {
  if (status !== undefined) return status >= 500 || status === 429 || status === 408
  return ['timeout', 'connect_failed', 'connection_lost', 'dns_failed'].includes(code)
}
