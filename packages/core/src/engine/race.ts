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
export function race<T>(
  work: (signal: CancelSignal) => Promise<T>,
  ms: number,
  clock: Clock,
  signal: CancelSignal | undefined,
): Promise<RaceResult<T>> {
  // One promise with four ways to end, instead of a race of three: this is in every request's way.
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve({ kind: 'aborted' })
    const stopWork = new Cancellation()
    const stopTimer = new Cancellation()
    let over = false
    const end = (result: RaceResult<T>) => {
      if (over) return
      over = true
      signal?.removeEventListener('abort', onAbort)
      stopTimer.cancel()
      stopWork.cancel()
      resolve(result)
    }
    const onAbort = () => end({ kind: 'aborted' })
    signal?.addEventListener('abort', onAbort)
    const failed = (error: unknown) => end({ kind: 'failed', error })
    try {
      work(stopWork.signal).then((value) => end({ kind: 'done', value }), failed)
    } catch (error) {
      // What it throws at once counts like what it throws later.
      failed(error)
    }
    if (!over) void clock.sleep(ms, stopTimer.signal).then(() => end({ kind: 'timeout' }))
  })
}
