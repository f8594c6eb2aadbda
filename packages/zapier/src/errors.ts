import { isMovoiceError, type MovoiceError } from '@movoice-kit/core/client'
import type { ZObject } from 'zapier-platform-core'

/** How long to pause when a 429 names no time, in seconds. */
const UNSAID_DELAY_SECONDS = 60

/**
 * The Zapier error that an error of the kit stands for. What a person must mend, and what may have made a phone
 * ring, halts the run: Zapier replays errors by itself, and never what was halted.
 *
 * @param dials whether the step can make a phone ring
 */
export function zapierError(z: ZObject, error: unknown, dials = false): unknown {
  if (!isMovoiceError(error)) return error
  const { errors } = z
  const text = sentence(error)
  if (error.status === 401) return new errors.ExpiredAuthError(text)
  if (error.status === 429) return new errors.ThrottledError(text, delaySeconds(error))
  if (dials && error.sent === 'maybe') return new errors.HaltedError(text)
  if (isPassing(error)) return new errors.Error(text, error.code, error.status)
  return new errors.HaltedError(text)
}

/** Runs a step's work; whatever it throws becomes an error that a Zap's owner understands. */
export async function explained<T>(z: ZObject, work: () => Promise<T>, dials = false): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw zapierError(z, error, dials)
  }
}

/** A fault that may be gone when Zapier tries again: the network, or the other side's own trouble. */
function isPassing({ status, code }: MovoiceError): boolean {
  if (status !== undefined) return status >= 500 || status === 408
  return ['timeout', 'connect_failed', 'connection_lost', 'dns_failed'].includes(code)
}

function delaySeconds({ retryAfterMs }: MovoiceError): number {
  return retryAfterMs === undefined ? UNSAID_DELAY_SECONDS : Math.max(1, Math.ceil(retryAfterMs / 1000))
}

function sentence({ message, hint }: MovoiceError): string {
  return hint === '' ? message : `${message} ${hint}`
}
