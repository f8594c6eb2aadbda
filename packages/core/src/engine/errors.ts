import type { BatchRecipient, CreatedBatch } from '../contract/batch.ts'
import type { Call } from '../contract/call.ts'
import type { FieldProblem } from '../contract/explain.ts'

/** A message names so many wrong fields; `problems` has all. */
const MOST_IN_MESSAGE = 20

/** Whether the request may have reached Movoice: `no` is proven, `maybe` must be treated as if it had. */
export type Sent = 'no' | 'maybe' | 'yes'

/** What an error of the kit can say beside its message. */
export interface ErrorDetails {
  readonly status?: number | undefined
  readonly param?: string | undefined
  readonly requestId?: string | undefined
  /** How many times the request was sent or tried. */
  readonly attempts?: number | undefined
  readonly sent?: Sent | undefined
  readonly retryAfterMs?: number | undefined
  /** What to do next, in a sentence. */
  readonly hint?: string | undefined
}

// A registered symbol, so that an error made by another bundled copy of this file is known as ours.
const BRAND = Symbol.for('@movoice-kit/core/error')

/**
 * The parent of every error of the kit. It never holds the API key, a header, the request's configuration or
 * another library's error, so it can be logged as it is.
 *
 * @example
 * try {
 *   await movoice.calls.create({ agent_id, recipient_phone })
 * } catch (error) {
 *   if (isMovoiceError(error)) console.error(error.code, error.sent, error.hint)
 * }
 */
export class MovoiceError extends Error {
  override readonly name: string = 'MovoiceError'
  readonly code: string
  readonly status: number | undefined
  readonly param: string | undefined
  readonly requestId: string | undefined
  readonly attempts: number
  readonly sent: Sent
  readonly retryAfterMs: number | undefined
  readonly hint: string

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message)
    this.code = code
    this.status = details.status
    this.param = details.param
    this.requestId = details.requestId
    this.attempts = details.attempts ?? 0
    this.sent = details.sent ?? 'no'
    this.retryAfterMs = details.retryAfterMs
    this.hint = details.hint ?? ''
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Plain data for a log or an answer: no stack. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, status, param, requestId, attempts, sent, retryAfterMs, hint } = this
    return { name, code, message, status, param, requestId, attempts, sent, retryAfterMs, hint }
  }
}

/**
 * Whether a value is an error of the kit, also if another copy of the kit made it.
 *
 * @example
 * if (isMovoiceError(error) && error.code === 'rate_limited') await sleep(error.retryAfterMs)
 */
export function isMovoiceError(value: unknown): value is MovoiceError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true
}

/** 400: a parameter is missing or malformed; `param` names it. */
export class InvalidRequestError extends MovoiceError {
  override readonly name = 'InvalidRequestError'
}
/** 401: the API key is missing or wrong. */
export class UnauthorizedError extends MovoiceError {
  override readonly name = 'UnauthorizedError'
}
/** 403: the key may not do this. */
export class ForbiddenError extends MovoiceError {
  override readonly name = 'ForbiddenError'
}
/** 404: there is no such agent or call. */
export class NotFoundError extends MovoiceError {
  override readonly name = 'NotFoundError'
}
/** 409: the call was already placed by an earlier request; `call` is that one, if it could be found. */
export class ConflictError extends MovoiceError {
  override readonly name = 'ConflictError'
  // Not a field, so that a log of the error shows no number and no transcript.
  readonly #call: Call | undefined
  constructor(
    code: string,
    message: string,
    details: ErrorDetails & { readonly call?: Call | undefined } = {},
  ) {
    super(code, message, details)
    this.#call = details.call
  }
  get call(): Call | undefined {
    return this.#call
  }
  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), call_id: this.call?.call_id }
  }
}
/** 422: the request is well-formed, but cannot be done now: the agent is not active, say. */
export class UnprocessableError extends MovoiceError {
  override readonly name = 'UnprocessableError'
}
/** 429: too many requests; `retryAfterMs` says how long to wait. Nothing was placed. */
export class RateLimitedError extends MovoiceError {
  override readonly name = 'RateLimitedError'
}
/** 5xx: the fault is on Movoice's side. */
export class ServerError extends MovoiceError {
  override readonly name = 'ServerError'
}
/** The network failed. `sent` says whether the request may have arrived. */
export class ConnectionError extends MovoiceError {
  override readonly name = 'ConnectionError'
}
/** No answer in time, or a deadline passed. */
export class TimeoutError extends MovoiceError {
  override readonly name = 'TimeoutError'
}
/** The caller's `AbortSignal` ended it. */
export class AbortedError extends MovoiceError {
  override readonly name = 'AbortedError'
}
/** An answer that is not what the API promises; `callId` is kept if there was one. */
export class UnexpectedResponseError extends MovoiceError {
  override readonly name = 'UnexpectedResponseError'
  readonly callId: string | undefined
  constructor(
    code: string,
    message: string,
    details: ErrorDetails & { readonly callId?: string | undefined } = {},
  ) {
    super(code, message, details)
    this.callId = details.callId
  }
  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), callId: this.callId }
  }
}
/** A call may or may not have been placed, and looking for it did not settle which. Never send it again unseen. */
export class OutcomeUnknownError extends MovoiceError {
  override readonly name = 'OutcomeUnknownError'
  readonly #candidates: readonly Call[]
  /** What went wrong at first, as an error of the kit. */
  readonly reason: MovoiceError | undefined
  /** The list of calls was read to its end, the last time too, and nothing in it could be the call. */
  readonly notInList: boolean
  constructor(
    code: string,
    message: string,
    details: ErrorDetails & {
      readonly candidates?: readonly Call[]
      readonly reason?: MovoiceError
      readonly notInList?: boolean
    } = {},
  ) {
    super(code, message, details)
    this.#candidates = details.candidates ?? []
    this.reason = details.reason
    this.notInList = details.notInList ?? false
  }
  /** Calls that could be the one that was asked for. */
  get candidates(): readonly Call[] {
    return this.#candidates
  }
  override toJSON(): Record<string, unknown> {
    return {
      ...super.toJSON(),
      candidates: this.candidates.map((call) => call.call_id),
      reason: this.reason?.toJSON(),
    }
  }
}
/** What became of some rows of a batch that was placed in parts. */
export interface BatchPart {
  /** Its first row in `recipients`, from 0. */
  readonly first: number
  readonly count: number
  readonly outcome: 'placed' | 'failed' | 'unknown' | 'not_sent'
  readonly batch?: CreatedBatch
  readonly error?: MovoiceError
}

/** A batch that was placed in parts, as the plan's batch size asks, broke off. `parts` tells what became of each. */
export class BatchError extends MovoiceError {
  override readonly name = 'BatchError'
  readonly parts: readonly BatchPart[]
  /** Why it broke off. */
  readonly reason: MovoiceError
  readonly #remaining: readonly BatchRecipient[]
  constructor(
    code: string,
    message: string,
    details: ErrorDetails & {
      readonly parts: readonly BatchPart[]
      readonly remaining: readonly BatchRecipient[]
      readonly reason: MovoiceError
    },
  ) {
    super(code, message, details)
    this.parts = details.parts
    this.reason = details.reason
    this.#remaining = details.remaining
  }
  /** The recipients who are provably not placed: what a second `createBatch` may be given. */
  get remaining(): readonly BatchRecipient[] {
    return this.#remaining
  }
  override toJSON(): Record<string, unknown> {
    const parts = this.parts.map(({ first, count, outcome, batch }) => ({
      first,
      count,
      outcome,
      ...(batch !== undefined && { batch_id: batch.batch_id }),
    }))
    return { ...super.toJSON(), parts, reason: this.reason.toJSON() }
  }
}
/** The input is wrong; nothing was sent. `problems` lists every wrong field. */
export class ValidationError extends MovoiceError {
  override readonly name = 'ValidationError'
  readonly problems: readonly FieldProblem[]
  constructor(what: string, problems: readonly FieldProblem[], details: ErrorDetails = {}) {
    const more = problems.length - MOST_IN_MESSAGE
    const list = problems
      .slice(0, MOST_IN_MESSAGE)
      .map(({ path, message }) => (path === '' ? message : `${path} ${message}`))
      .concat(more > 0 ? [`and ${more} more`] : [])
      .join('; ')
    super('validation_failed', `${what} is not valid: ${list}.`, {
      hint:
        problems.length === 1 ? 'Correct this field and try again.' : 'Correct these fields and try again.',
      ...details,
      param: problems[0]?.path === '' ? undefined : problems[0]?.path,
    })
    this.problems = problems
  }
  override toJSON(): Record<string, unknown> {
    return { ...super.toJSON(), problems: this.problems }
  }
}
/** A webhook whose signature is missing, malformed or wrong. */
export class SignatureError extends MovoiceError {
  override readonly name = 'SignatureError'
}
