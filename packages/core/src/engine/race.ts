import { Cancellation, type CancelSignal } from './cancel.ts'
import type { Clock } from './clock.ts'

export type RaceResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' }

/**
 * Runs work that may hang, until it ends, `ms` pass, or `signal` fires, whichever is first. The work gets a
 * signal that fires when it is no longer wanted; whether or not it obeys, the result comes at once.
 */
export async function race<T>(
  work: (signal: CancelSignal) => Promise<T>,
  ms: number,
  clock: Clock,
  signal: CancelSignal | undefined,
): Promise<RaceResult<T>> {
  if (signal?.aborted) return { kind: 'aborted' }
  const stopWork = new Cancellation()
  const stopTimer = new Cancellation()
  let onAbort: (() => void) | undefined
  const contestants: Promise<RaceResult<T>>[] = [
    // Called within a promise, so that what it throws at once counts like what it throws later.
    (async () => work(stopWork.signal))().then(
      (value) => ({ kind: 'done', value }),
      (error: unknown) => ({ kind: 'failed', error }),
    ),
    clock.sleep(ms, stopTimer.signal).then(() => ({ kind: 'timeout' })),
  ]
  if (signal !== undefined) {
    contestants.push(
      new Promise((resolve) => {
        onAbort = () => resolve({ kind: 'aborted' })
        signal.addEventListener('abort', onAbort)
      }),
    )
  }
  try {
    return await Promise.race(contestants)
  } finally {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
    stopTimer.cancel()
    stopWork.cancel()
  }
}
