import { type Assumptions, defaultAssumptions } from '../contract/assumptions.ts'
import { type Operation, type OperationName, operations } from '../contract/operations.ts'
import type { CancelSignal } from './cancel.ts'
import type { Clock, Random } from './clock.ts'
import { type MovoiceError, RateLimitedError, UnexpectedResponseError } from './errors.ts'
import { aborted, deadlinePassed, errorFromFailure, LOOK_FIRST, timedOut } from './failure-error.ts'
import type { Logger } from './logger.ts'
import type { RequestOptions } from './options.ts'
import { race } from './race.ts'
import { type Answer, readers, rescueCallId } from './read.ts'
import { redact } from './redact.ts'
import { describeBody, errorFromResponse } from './response-error.ts'
import { backoffMs, type FailedAttempt, verdict } from './retry.ts'
import { RetryBudget } from './retry-budget.ts'
import type { Transport, TransportResponse } from './transport.ts'
import { type RequestParts, requestUrl } from './url.ts'

export interface RequesterOptions {
  readonly apiKey: string
  readonly baseUrl: string
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly maxRetries: number
  readonly maxRetryWaitMs: number
  readonly userAgent: string
  readonly assumptions?: Assumptions
  readonly logger?: Logger | undefined
}

export interface SendOptions extends RequestOptions {
  /** When all attempts and pauses must be over, in milliseconds since 1970; `deadlineMs` from now if not given. */
  readonly deadline?: number | undefined
  /** Told of every attempt; may hold one back. */
  readonly watch?: AttemptWatch | undefined
}

/** Stands beside the attempts of one request: to pace them, or to know when they began. */
export interface AttemptWatch {
  /** Before an attempt, the first being 1: resolves when it may begin. */
  begin(attempt: number): Promise<void>
  /** After it; `error` is `undefined` for a success. */
  end(error: MovoiceError | undefined): Promise<void>
}

type Attempt<T> = { readonly value: T } | FailedAttempt

/** How long to wait at least after a 429 that does not say. */
const UNTOLD_WAIT_MS = 1_000
const AMBIGUOUS_STATUSES = new Set([303, 408, 499])
const PASSING_STATUSES = new Set([408, 425, 429])

/**
 * Sends one operation, and again where that can do no harm. It knows nothing of what an operation means beyond
 * its `safety`; what to do when a call's fate is open is for its caller.
 */
export class Requester {
  readonly #options: RequesterOptions
  readonly #budget = new RetryBudget()
  #skewMs: number | undefined

  constructor(options: RequesterOptions) {
    this.#options = options
  }

  /** How far Movoice's clock is ahead of ours, in milliseconds, as of the last answer; `undefined` before one. */
  get skewMs(): number | undefined {
    return this.#skewMs
  }

  /** When a request that begins now must be over. */
  deadline(): number {
    return this.#options.clock.now() + this.#options.deadlineMs
  }

  /** @throws {@link MovoiceError} */
  async send<Name extends OperationName>(
    name: Name,
    parts: RequestParts,
    { signal, timeoutMs, deadline: until, watch }: SendOptions = {},
  ): Promise<Answer<Name>> {
    const { clock, random, maxRetries, maxRetryWaitMs, logger } = this.#options
    const { safety }: Operation = operations[name]
    const deadline = until ?? this.deadline()
    this.#budget.deposit()
    let last: MovoiceError | undefined
    for (let attempt = 1; ; attempt += 1) {
      await watch?.begin(attempt)
      const left = deadline - clock.now()
      if (left <= 0) {
        // A timer that was late must not turn into an attempt that nobody will wait for.
        const late = deadlinePassed(attempt - 1)
        await watch?.end(late)
        throw last ?? late
      }
      const result = await this.#attempt(
        name,
        parts,
        attempt,
        Math.min(timeoutMs ?? this.#options.timeoutMs, left),
        signal,
      )
      await watch?.end('value' in result ? undefined : result.error)
      if ('value' in result) return result.value as Answer<Name>
      const { error } = result
      last = error
      const asked = error.retryAfterMs
      // Without a `Retry-After`, a 429 still means: not now.
      const least = asked ?? (error instanceof RateLimitedError ? UNTOLD_WAIT_MS : 0)
      const wait = Math.max(least, backoffMs(attempt, random))
      const again =
        verdict(safety, result) === 'send again' &&
        attempt <= maxRetries &&
        (asked ?? 0) <= maxRetryWaitMs &&
        clock.now() + wait < deadline &&
        // A 429 says itself when to come back and that nothing was done: obeying it adds no load.
        (error instanceof RateLimitedError || this.#budget.withdraw())
      logger?.debug(
        { operation: name, attempt, code: error.code, status: error.status, wait: again ? wait : null },
        'attempt failed',
      )
      if (!again) throw error
      await clock.sleep(wait, signal)
      if (signal?.aborted) throw aborted(attempt, safety === 'dials' ? 'no' : 'maybe')
    }
  }

  async #attempt(
    name: OperationName,
    parts: RequestParts,
    attempts: number,
    timeoutMs: number,
    signal: CancelSignal | undefined,
  ): Promise<Attempt<unknown>> {
    const { transport, clock, apiKey, baseUrl, userAgent } = this.#options
    const operation: Operation = operations[name]
    const dials = operation.safety === 'dials'
    if (signal?.aborted) return { error: aborted(attempts - 1, 'no'), ambiguous: false, passing: false }
    const body = parts.body === undefined ? undefined : JSON.stringify(parts.body)
    const headers: Record<string, string> = {
      authorization: `Bearer ${apiKey}`,
      accept: 'application/json',
      'user-agent': userAgent,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const url = requestUrl(baseUrl, operation, parts)
    const outcome = await race(
      (stop) => transport({ method: operation.method, url, headers, body, timeoutMs, signal: stop }),
      timeoutMs,
      clock,
      signal,
    )
    switch (outcome.kind) {
      case 'done':
        return this.#judge(name, outcome.value, attempts, dials)
      case 'timeout':
        return { error: timedOut(attempts, dials), ambiguous: true, passing: true }
      case 'aborted':
        return { error: aborted(attempts, 'maybe'), ambiguous: false, passing: false }
      case 'failed': {
        const error = errorFromFailure(outcome.error, attempts, dials)
        const passing = error.code !== 'tls_failed' && error.code !== 'answer_too_large'
        return { error, ambiguous: error.sent !== 'no', passing }
      }
    }
  }

  #judge(
    name: OperationName,
    response: TransportResponse,
    attempts: number,
    dials: boolean,
  ): Attempt<unknown> {
    const { clock, apiKey, assumptions = defaultAssumptions } = this.#options
    const now = clock.now()
    const there = Date.parse(response.headers.date ?? '')
    if (!Number.isNaN(there)) this.#skewMs = there - now
    const id = assumptions.requestIdHeaders
      .map((header) => response.headers[header])
      .find((value) => value !== undefined)
    const requestId = id === undefined ? undefined : redact(id, [apiKey]).slice(0, 200)
    if (response.status < 200 || response.status > 299) {
      const ambiguous = response.status >= 500 || AMBIGUOUS_STATUSES.has(response.status)
      const error = errorFromResponse(response, {
        attempts,
        requestId,
        now,
        secrets: [apiKey],
        dials,
        ambiguous,
      })
      return { error, ambiguous, passing: response.status >= 500 || PASSING_STATUSES.has(response.status) }
    }
    const unreadable = (code: string, what: string, callId?: string): FailedAttempt => ({
      error: new UnexpectedResponseError(code, `Movoice answered ${response.status}, but ${what}.`, {
        status: response.status,
        attempts,
        requestId,
        sent: callId !== undefined || !dials ? 'yes' : 'maybe',
        callId,
        hint:
          callId !== undefined
            ? `The call was placed: its id is ${callId}. Do not place it again.`
            : dials
              ? LOOK_FIRST
              : 'Check that the base URL is the API’s and that no proxy answers in its place.',
      }),
      ambiguous: callId === undefined,
      passing: code === 'answer_unreadable' && !dials,
    })
    let value: unknown
    try {
      value = JSON.parse(response.body)
    } catch {
      return unreadable(
        'answer_unreadable',
        `the answer came${redact(describeBody(response), [apiKey])}, not as whole JSON`,
      )
    }
    const checked = readers[name](value, assumptions)
    if (checked.ok) return { value: checked.value }
    const what = checked.problems
      .map(({ path, message }) => `${path} ${message}`.trim())
      .slice(0, 3)
      .join('; ')
    return unreadable(
      'answer_invalid',
      `the answer is not as documented: ${what}`,
      dials ? rescueCallId(value, assumptions) : undefined,
    )
  }
}
