import type { Safety } from '../contract/operations.ts'
import type { Random } from './clock.ts'
import type { MovoiceError } from './errors.ts'

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 8_000

export type Verdict = 'send again' | 'give up' | 'look it up'

/** What is known of a failed attempt, as far as it bears on sending again. */
export interface FailedAttempt {
  readonly error: MovoiceError
  /** The answer or the lack of one leaves open whether Movoice acted. */
  readonly ambiguous: boolean
  /** A repeat can help: the network, the load or the server may be better by then. */
  readonly passing: boolean
}

/**
 * Law 1, in one place: may this be sent again? A call is sent again only if the first provably did nothing;
 * when that is open it is looked up instead. Whatever can be repeated without harm is, while a repeat can help.
 */
export function verdict(safety: Safety, failed: FailedAttempt): Verdict {
  if (safety === 'dials' && failed.ambiguous) return 'look it up'
  return failed.passing ? 'send again' : 'give up'
}

/** Full jitter: anything up to a bound that doubles with every attempt, so that clients do not come back together. */
export function backoffMs(attempt: number, random: Random): number {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1))
}
