import { ConflictError, isMovoiceError, OutcomeUnknownError } from '@movoice-kit/core/engine'
import { clip } from '../blocks/kit.ts'
import { clean } from './log.ts'
import type { CallState, Failure } from './model.ts'

/** An error as it is kept and shown: its kind, what was said, and a reference that the log has too. */
export function failureOf(error: unknown, reference: string): Failure {
  if (!isMovoiceError(error)) {
    const name = error instanceof Error ? error.name : 'other'
    return { name, message: '', retryAfterMs: null, candidates: [], reference }
  }
  const candidates =
    error instanceof OutcomeUnknownError
      ? error.candidates.map((call) => call.call_id)
      : error instanceof ConflictError && error.call !== undefined
        ? [error.call.call_id]
        : []
  return {
    name: error.name,
    message: clip(clean(error.message), 500),
    retryAfterMs: error.retryAfterMs ?? null,
    candidates,
    reference: error.requestId === undefined ? reference : `${reference} / ${error.requestId.slice(0, 40)}`,
  }
}

/** Where an attempt that failed leaves the call: Movoice said no, nothing was sent, or nobody knows. */
export function stateAfter(error: unknown): CallState {
  if (!isMovoiceError(error)) return 'unknown'
  if (error instanceof OutcomeUnknownError || error instanceof ConflictError) return 'unknown'
  if (error.sent === 'maybe') return 'unknown'
  return error.sent === 'yes' ? 'refused' : 'not_placed'
}

/** An admin has switched calls off since this one was asked for. */
export class SwitchedOffError extends Error {
  override readonly name = 'kill_switch'
}
