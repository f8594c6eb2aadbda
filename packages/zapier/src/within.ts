import { AbortedError, TimeoutError } from '@movoice-kit/core/client'

/** What a walk over many pages is given: it ends when its time does. */
export interface Walk {
  readonly signal: AbortSignal
}

/**
 * Reads what may have many pages, in a bounded time: Zapier ends a step after 30 s without a word, so this gives up
 * before and says what to do.
 *
 * @throws {@link TimeoutError} with the hint
 */
export async function within<T>(ms: number, hint: string, read: (walk: Walk) => Promise<T>): Promise<T> {
  try {
    return await read({ signal: AbortSignal.timeout(ms) })
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error
    const message = `Movoice’s list of calls could not be read in ${Math.round(ms / 1000)} s.`
    throw new TimeoutError('timeout', message, { sent: 'no', hint })
  }
}
