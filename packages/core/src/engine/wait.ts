import type { Call } from '../contract/call.ts'
import type { CancelSignal } from './cancel.ts'
import type { Clock } from './clock.ts'
import { AbortedError, isMovoiceError, TimeoutError } from './errors.ts'

export interface WaitOptions {
  /** How long to wait at most, in milliseconds; 35 minutes, as a call may last 30. */
  readonly timeoutMs?: number
  readonly signal?: CancelSignal
}

export const DEFAULT_WAIT_MS = 35 * 60_000
/** Pauses between looks, in seconds: few while a call can hardly be over, then every five. */
const PAUSES = [25, 20, 15, 10, 8, 6]
const LAST_PAUSE = 5
/** How long a summary may come after the end of a call. */
const RESULT_GRACE_MS = 60_000

export interface Waiter {
  readonly clock: Clock
  readonly get: () => Promise<Call>
  readonly isOver: (call: Call) => boolean
}

/**
 * Looks at a call until it is over and its summary is there. A passing fault of the network or the API does not
 * end the wait.
 *
 * @throws {@link TimeoutError} with the code `still_running` when `timeoutMs` is over
 */
export async function waitUntilDone({ clock, get, isOver }: Waiter, options: WaitOptions): Promise<Call> {
  const { timeoutMs = DEFAULT_WAIT_MS, signal } = options
  const deadline = clock.now() + timeoutMs
  let resultsBy: number | undefined
  let last: Call | undefined
  for (let look = 0; ; look += 1) {
    const pause = (resultsBy === undefined ? (PAUSES[look] ?? LAST_PAUSE) : LAST_PAUSE) * 1000
    const left = deadline - clock.now()
    if (left <= 0) {
      if (last !== undefined && isOver(last)) return last
      throw new TimeoutError(
        'still_running',
        `The call was not over after ${Math.round(timeoutMs / 1000)} s.`,
        {
          sent: 'yes',
          hint: 'The call goes on: ask for it later with calls.get, or wait longer.',
        },
      )
    }
    await clock.sleep(Math.min(pause, left), signal)
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
    if (!isOver(last)) continue
    if (last.status !== 'completed' || (hasText(last.summary) && last.transcript != null)) return last
    resultsBy ??= clock.now() + RESULT_GRACE_MS
    if (clock.now() >= resultsBy) return last
  }
}

const hasText = (value: unknown): boolean => typeof value === 'string' && value !== ''

function isPassing(code: string, status: number | undefined): boolean {
  if (status !== undefined) return status >= 500 || status === 429 || status === 408
  return ['timeout', 'connect_failed', 'connection_lost', 'dns_failed'].includes(code)
}
