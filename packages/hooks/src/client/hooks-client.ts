import { type CallEvent, callEvent, check } from '@movoice-kit/core/contract'
import {
  ConflictError,
  ConnectionError,
  type ErrorDetails,
  ForbiddenError,
  InvalidRequestError,
  MovoiceError,
  NotFoundError,
  RateLimitedError,
  ServerError,
  type Transport,
  TransportFailure,
  type TransportResponse,
  UnauthorizedError,
  UnexpectedResponseError,
  ValidationError,
} from '@movoice-kit/core/engine'
import * as z from 'zod/mini'
import {
  type CreatedSubscription,
  createdSubscription,
  type Delivery,
  delivery,
  type SubscribeInput,
  type Subscription,
  subscribeInput,
  subscription,
  type Trial,
  trial,
  type UpdateSubscriptionInput,
  updateSubscriptionInput,
} from '../contract/index.ts'

/** Where the hooks server is, and by what right it is asked. */
export interface HooksClientOptions {
  /** Where the hooks server is, such as `https://hooks.example.com`. */
  readonly url: string
  /** The server's `HOOKS_TOKEN`. */
  readonly token: string
  readonly transport: Transport
  /** For one request, in milliseconds; 15,000. Handed to the transport. */
  readonly timeoutMs?: number | undefined
}

export interface EventPage {
  /** Newest first. */
  readonly events: CallEvent[]
  /** To ask for the page after this one; `null` at the end. */
  readonly next_cursor: string | null
}

export interface DeliveryPage {
  readonly deliveries: Delivery[]
  readonly next_cursor: string | null
}

export interface ReplayInput {
  readonly hook_id?: string
  readonly event_ids?: readonly string[]
  readonly type?: string
  /** ISO 8601, or Unix seconds; by when the event was received. */
  readonly from?: string | number
  readonly to?: string | number
  readonly status?: 'failed' | 'delivered' | 'cancelled'
}

const NEVER = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}
const queued = z.looseObject({ queued: z.number() })
const cursor = z.nullable(z.string())
// Loose, as a newer server may tell more than this client knows.
const eventRow = z.looseObject(callEvent.shape) as unknown as z.ZodMiniType<CallEvent>

/**
 * Speaks to a hooks server, over any transport. It uses nothing of the place it runs in, so it works inside n8n,
 * Zapier and the like.
 *
 * @throws {@link MovoiceError} from every method
 * @example
 * const hooks = new HooksClient({ url, token, transport: fetchTransport() })
 * const { id, secret } = await hooks.subscribe({ target_url, event: 'call.completed' })
 * await hooks.unsubscribe(id)
 */
export class HooksClient {
  readonly #url: string
  readonly #token: string
  readonly #transport: Transport
  readonly #timeoutMs: number

  constructor({ url, token, transport, timeoutMs = 15_000 }: HooksClientOptions) {
    const problems = []
    if (!/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i.test(url.trim())) {
      problems.push({ path: 'url', message: 'must be a URL such as https://hooks.example.com' })
    }
    if (!/^[\x21-\x7e]+$/.test(token.trim())) {
      problems.push({ path: 'token', message: 'must be one word: the HOOKS_TOKEN of the server' })
    }
    if (problems.length > 0) throw new ValidationError('The hooks client’s configuration', problems)
    this.#url = url.trim().replace(/\/+$/, '')
    this.#token = token.trim()
    this.#transport = transport
    this.#timeoutMs = timeoutMs
  }

  /** The answer holds the secret that deliveries are signed with: it is not shown again. */
  async subscribe(input: SubscribeInput): Promise<CreatedSubscription> {
    return this.#send('POST', '/hooks', createdSubscription, valid('subscription', subscribeInput, input))
  }

  /** Resolves to `false` if there was no such subscription any more, which is as good. */
  async unsubscribe(id: string): Promise<boolean> {
    try {
      await this.#send('DELETE', `/hooks/${encodeURIComponent(id)}`, undefined)
      return true
    } catch (error) {
      if (error instanceof NotFoundError) return false
      throw error
    }
  }

  async get(id: string): Promise<Subscription> {
    return this.#send('GET', `/hooks/${encodeURIComponent(id)}`, subscription)
  }

  async list(): Promise<Subscription[]> {
    const answer = await this.#send('GET', '/hooks', z.looseObject({ hooks: z.array(subscription) }))
    return answer.hooks
  }

  async update(id: string, input: UpdateSubscriptionInput): Promise<Subscription> {
    const body = valid('change', updateSubscriptionInput, input)
    return this.#send('PATCH', `/hooks/${encodeURIComponent(id)}`, subscription, body)
  }

  /** Sends one sample event to the subscription's endpoint, now and once. */
  async test(id: string): Promise<Trial> {
    return this.#send('POST', `/hooks/${encodeURIComponent(id)}/test`, trial)
  }

  /** Gives the subscription another secret; for a day, deliveries are signed with both. */
  async rotateSecret(id: string): Promise<CreatedSubscription> {
    return this.#send('POST', `/hooks/${encodeURIComponent(id)}/rotate-secret`, createdSubscription)
  }

  /** Events, newest first, as they are delivered. With `sample`, there is always one. */
  async events(
    query: {
      readonly type?: string
      readonly call_id?: string
      readonly limit?: number
      readonly cursor?: string
      readonly sample?: boolean
    } = {},
  ): Promise<EventPage> {
    const { sample, ...rest } = query
    const path = `/events${queryText({ ...rest, ...(sample === true && { sample: '1' }) })}`
    return this.#send('GET', path, z.looseObject({ events: z.array(eventRow), next_cursor: cursor }))
  }

  async event(id: string): Promise<CallEvent> {
    return this.#send('GET', `/events/${encodeURIComponent(id)}`, eventRow)
  }

  /** Sends an event again to all who got it, or to one subscription. Resolves to how many deliveries that makes. */
  async replay(eventId: string, hookId?: string): Promise<number> {
    const body = hookId === undefined ? {} : { hook_id: hookId }
    return (await this.#send('POST', `/events/${encodeURIComponent(eventId)}/replay`, queued, body)).queued
  }

  /** Sends many events again. Resolves to how many deliveries that makes. */
  async replayMany(input: ReplayInput): Promise<number> {
    return (await this.#send('POST', '/replay', queued, input)).queued
  }

  async deliveries(
    query: {
      readonly status?: Delivery['status']
      readonly hook_id?: string
      readonly event_id?: string
      readonly limit?: number
      readonly cursor?: string
    } = {},
  ): Promise<DeliveryPage> {
    const schema = z.looseObject({ deliveries: z.array(delivery), next_cursor: cursor })
    return this.#send('GET', `/deliveries${queryText(query)}`, schema)
  }

  async retry(deliveryId: string): Promise<number> {
    return (await this.#send('POST', `/deliveries/${encodeURIComponent(deliveryId)}/retry`, queued)).queued
  }

  async #send<T extends z.ZodMiniType>(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    schema: T | undefined,
    body?: unknown,
  ): Promise<z.infer<T>> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    let response: TransportResponse
    try {
      response = await this.#transport({
        method,
        url: `${this.#url}${path}`,
        headers: {
          authorization: `Bearer ${this.#token}`,
          accept: 'application/json',
          ...(text !== undefined && { 'content-type': 'application/json' }),
        },
        body: text,
        timeoutMs: this.#timeoutMs,
        signal: NEVER,
      })
    } catch (error) {
      const kind = error instanceof TransportFailure ? error.kind : 'unknown'
      throw new ConnectionError(`hooks_${kind}`, `The hooks server could not be reached (${kind}).`, {
        attempts: 1,
        sent: error instanceof TransportFailure ? error.sent : 'maybe',
        hint: 'Check that it runs, and that its URL is right and reachable from here.',
      })
    }
    if (response.status === 204) return undefined as z.infer<T>
    const value = parsed(response.body)
    if (response.status < 200 || response.status > 299) throw errorOf(response, value)
    const checked = schema === undefined ? undefined : check(schema, value)
    if (checked === undefined) return undefined as z.infer<T>
    if (checked.ok) return checked.value
    throw new UnexpectedResponseError(
      'answer_invalid',
      `The hooks server answered ${response.status}, but not as it should.`,
      {
        status: response.status,
        attempts: 1,
        sent: 'yes',
        hint: 'Check that the URL is a hooks server’s and that no proxy answers in its place.',
      },
    )
  }
}

function valid<T extends z.ZodMiniType>(what: string, schema: T, input: unknown): z.infer<T> {
  const checked = check(schema, input)
  if (checked.ok) return checked.value
  throw new ValidationError(`The ${what}`, checked.problems)
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const errorBody = z.looseObject({
  error: z.looseObject({ code: z.string(), message: z.string(), param: z.optional(z.string()) }),
})

const CLASSES: Readonly<
  Record<number, new (code: string, message: string, details: ErrorDetails) => MovoiceError>
> = {
  400: InvalidRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  429: RateLimitedError,
}

function errorOf({ status, headers }: TransportResponse, value: unknown): MovoiceError {
  const body = z.safeParse(errorBody, value)
  const { code, message, param } = body.success
    ? body.data.error
    : { code: `http_${status}`, message: `The hooks server answered ${status}.`, param: undefined }
  const waitS = Number(headers['retry-after'])
  const Class = CLASSES[status] ?? (status >= 500 ? ServerError : MovoiceError)
  return new Class(code, message, {
    status,
    param,
    attempts: 1,
    sent: 'yes',
    ...(waitS > 0 && { retryAfterMs: waitS * 1000 }),
    hint:
      status === 401
        ? 'Use the HOOKS_TOKEN the server was started with.'
        : body.success
          ? ''
          : 'Check that the URL is a hooks server’s.',
  })
}
