import { documentedErrors, errorBody } from '../contract/errors.ts'
import { check } from '../contract/explain.ts'
import {
  ConflictError,
  type ErrorDetails,
  ForbiddenError,
  InvalidRequestError,
  type MovoiceError,
  NotFoundError,
  RateLimitedError,
  type Sent,
  ServerError,
  UnauthorizedError,
  UnexpectedResponseError,
  UnprocessableError,
} from './errors.ts'
import { LOOK_FIRST } from './failure-error.ts'
import { redact } from './redact.ts'
import { retryAfterMs } from './retry-after.ts'
import type { TransportResponse } from './transport.ts'

export interface ResponseContext {
  readonly attempts: number
  readonly requestId: string | undefined
  readonly now: number
  readonly secrets: readonly string[]
  /** Whether the operation can make a phone ring. */
  readonly dials: boolean
  /** Whether this status leaves open what was done. */
  readonly ambiguous: boolean
}

const LONGEST_MESSAGE = 300

const HINTS: Readonly<Record<number, string>> = {
  400: 'Correct the parameter it names and try again.',
  401: 'Check the API key: the dashboard shows it under Settings → API Keys.',
  403: 'Use a key that may do this, or ask the account’s owner.',
  404: 'Check the id; it may belong to another account.',
  409: 'The call was already placed by an earlier request: look at that one, do not place it again.',
  422: 'Check that the agent is active and that the request makes sense for it.',
  429: 'Wait as long as it says, place fewer calls a minute, or set `plan` so that the client paces itself.',
}

/** Makes an error of the kit from an answer that is not a success. Nothing of the request goes into it. */
export function errorFromResponse(response: TransportResponse, context: ResponseContext): MovoiceError {
  const { status } = response
  const said = readBody(response.body)
  const text = redact(said?.message ?? '', context.secrets).slice(0, LONGEST_MESSAGE)
  const known = Object.hasOwn(documentedErrors, status)
    ? documentedErrors[status as keyof typeof documentedErrors]
    : undefined
  const code = redact(said?.code ?? known?.code ?? `http_${status}`, context.secrets).slice(0, 100)
  const message =
    text === ''
      ? `Movoice answered ${status}${redact(describeBody(response), context.secrets)}.`
      : `${text} (HTTP ${status})`
  const details: ErrorDetails = {
    status,
    param: said?.param === undefined ? undefined : redact(said.param, context.secrets).slice(0, 100),
    requestId: context.requestId,
    attempts: context.attempts,
    sent: 'yes',
    hint: HINTS[status] ?? '',
  }
  switch (status) {
    case 400:
      return new InvalidRequestError(code, message, details)
    case 401:
      return new UnauthorizedError(code, message, details)
    case 403:
      return new ForbiddenError(code, message, details)
    case 404:
      return new NotFoundError(code, message, details)
    case 409:
      return new ConflictError(code, message, details)
    case 422:
      return new UnprocessableError(code, message, details)
    case 429:
      return new RateLimitedError(code, message, {
        ...details,
        retryAfterMs: retryAfterMs(response.headers, context.now),
      })
    default:
      return otherStatus(response, code, message, details, context)
  }
}

function otherStatus(
  response: TransportResponse,
  code: string,
  message: string,
  details: ErrorDetails,
  context: ResponseContext,
): MovoiceError {
  const { status } = response
  const sent: Sent = context.dials && context.ambiguous ? 'maybe' : 'yes'
  if (status >= 500) {
    return new ServerError(code, message, {
      ...details,
      sent,
      retryAfterMs: retryAfterMs(response.headers, context.now),
      hint: context.dials ? LOOK_FIRST : 'The fault is on Movoice’s side: try again later.',
    })
  }
  if (status >= 300 && status < 400) {
    return new UnexpectedResponseError(
      'redirected',
      `Movoice answered ${status}, a redirect, which is not followed.`,
      {
        ...details,
        hint: 'Set the base URL to where the API really is: the API key is not sent on to another address.',
      },
    )
  }
  if (status >= 400) {
    return new InvalidRequestError(code, message, {
      ...details,
      hint: 'The request was refused; nothing was done.',
    })
  }
  return new UnexpectedResponseError('unexpected_status', message, { ...details, sent: 'maybe' })
}

function readBody(body: string): { code?: string; message?: string; param?: string | undefined } | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined // A proxy's page or nothing at all: the status alone has to tell.
  }
  const checked = check(errorBody, value)
  if (checked.ok) {
    const { code, message, param } = checked.value.error
    return { code, message, param: param ?? undefined }
  }
  const loose = (value as { message?: unknown } | null)?.message
  return typeof loose === 'string' ? { message: loose } : undefined
}

/** What a body looks like, for an error that cannot quote it. */
export function describeBody(response: TransportResponse): string {
  const body = response.body.trim()
  if (body === '') return ' with an empty body'
  const type = response.headers['content-type']?.split(';')[0]?.trim()
  if (body.startsWith('<')) return ' with an HTML page, as a proxy would'
  return type === undefined || type.includes('json')
    ? ' with a body that is not the documented error'
    : ` with ${type}`
}
