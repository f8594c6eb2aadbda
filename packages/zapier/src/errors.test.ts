import {
  ConnectionError,
  ForbiddenError,
  InvalidRequestError,
  type MovoiceError,
  NotFoundError,
  OutcomeUnknownError,
  RateLimitedError,
  ServerError,
  TimeoutError,
  UnauthorizedError,
  UnprocessableError,
  ValidationError,
} from '@movoice-kit/core/client'
import { describe, expect, test } from 'vitest'
import { zapierError } from './errors.ts'
import { realZ } from './testing/z.ts'

const z = await realZ()
const hint = 'The phone may have rung: look first.'

/** What a step that rings must not let Zapier repeat, and what it may. */
const cases: [MovoiceError, dials: boolean, name: string][] = [
  [new UnauthorizedError('unauthorized', 'No.', { status: 401, sent: 'yes' }), true, 'ExpiredAuthError'],
  [new RateLimitedError('rate_limited', 'Slow.', { status: 429, sent: 'yes' }), true, 'ThrottledError'],
  [new UnprocessableError('unprocessable', 'No.', { status: 422, sent: 'yes' }), true, 'HaltedError'],
  [new InvalidRequestError('invalid_request', 'No.', { status: 400, sent: 'yes' }), true, 'HaltedError'],
  [new ForbiddenError('forbidden', 'No.', { status: 403, sent: 'yes' }), true, 'HaltedError'],
  [new NotFoundError('not_found', 'No.', { status: 404, sent: 'yes' }), true, 'HaltedError'],
  [new ValidationError('The request', [{ path: 'agent_id', message: 'is missing' }]), true, 'HaltedError'],
  [new OutcomeUnknownError('outcome_unknown', 'Who knows.', { sent: 'maybe', hint }), true, 'HaltedError'],
  [new ServerError('server_error', 'Oops.', { status: 500, sent: 'maybe', hint }), true, 'HaltedError'],
  [new TimeoutError('timeout', 'Late.', { sent: 'maybe', hint }), true, 'HaltedError'],
  [new ConnectionError('connection_lost', 'Lost.', { sent: 'maybe', hint }), true, 'HaltedError'],
  [new ConnectionError('connect_failed', 'Down.', { sent: 'no' }), true, 'AppError'],
  [new ConnectionError('tls_failed', 'Bad.', { sent: 'no' }), true, 'HaltedError'],
  [new ServerError('server_error', 'Oops.', { status: 500, sent: 'yes' }), false, 'AppError'],
  [new TimeoutError('timeout', 'Late.', { sent: 'maybe' }), false, 'AppError'],
]

describe('what Zapier is told', () => {
  test.each(cases)('of %s where the step rings: %s, is a %s', (error, dials, name) => {
    const told = zapierError(z, error, dials) as Error
    expect(told.name).toBe(name)
    expect(told.message).toContain(error.message)
    if (dials && error.sent === 'maybe') expect(told.message).toContain('may have rung')
  })

  test.each([
    [undefined, 60],
    [0, 1],
    [1_200, 2],
    [3_600_000, 3_600],
  ])('of a 429 that asks for %s ms is a delay of %d s', (retryAfterMs, delay) => {
    const error = new RateLimitedError('rate_limited', 'Slow.', { status: 429, sent: 'yes', retryAfterMs })
    expect(JSON.parse((zapierError(z, error) as Error).message)).toMatchObject({ delay })
  })

  test('of anything else is that itself', () => {
    const error = new RangeError('odd')
    expect(zapierError(z, error, true)).toBe(error)
  })
})
