import { setTimeout as sleep } from 'node:timers/promises'
import { CommandError, exitCodes } from '@movoice-kit/core/command'

export interface Patience {
  readonly patienceMs: number
  readonly now: () => number
  readonly signal: AbortSignal
}

const LOOK_EVERY_MS = 20

/**
 * Looks until there is something to see.
 *
 * @throws {@link CommandError} with `what` did not happen when patience is over, or when the command is stopped
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { patienceMs, now, signal }: Patience,
): Promise<T> {
  const end = now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (signal.aborted) throw new CommandError('Stopped.', { exitCode: exitCodes.interrupted })
    if (now() > end) {
      throw new CommandError(
        `A step of the demo did not happen: ${what} within ${Math.round(patienceMs / 1000)} s.`,
      )
    }
    await sleep(LOOK_EVERY_MS)
  }
}
