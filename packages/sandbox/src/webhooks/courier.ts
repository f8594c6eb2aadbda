import { webhookRetryDelays } from '@movoice-kit/core/contract'
import { signWebhook } from '@movoice-kit/core/events'
import { Agent } from 'undici'
import { idOf } from '../random.ts'
import type { Timeline } from '../time/timeline.ts'
import type { WebhookTarget } from './target.ts'

export interface Attempt {
  /** Sandbox time, ISO 8601. */
  readonly at: string
  /** What the receiver answered, or why there was no answer. */
  readonly result: number | string
}

export interface Delivery {
  readonly id: string
  readonly event_type: string
  readonly call_id: string
  readonly url: string
  readonly body: string
  status: 'pending' | 'delivered' | 'failed'
  next_attempt_at: string | null
  readonly attempts: Attempt[]
}

export interface CourierOptions {
  readonly timeline: Timeline
  readonly seed: number
  readonly timeoutMs: number
}

const KEPT = 10_000
const iso = (ms: number): string => new Date(ms).toISOString()

/** Carries webhooks to their target: signed, in order within a call, again after each documented delay. */
export class Courier {
  target: WebhookTarget | undefined
  readonly #timeline: Timeline
  readonly #seed: number
  readonly #timeoutMs: number
  readonly #agent = new Agent({ keepAliveTimeout: 2000, connections: 50 })
  readonly #stop = new AbortController()
  /** The first attempts of a call's webhooks follow one another, so that they arrive as they happened. */
  readonly #tails = new Map<string, Promise<void>>()
  deliveries: Delivery[] = []
  #count = 0
  #era = 0

  constructor({ timeline, seed, timeoutMs }: CourierOptions) {
    this.#timeline = timeline
    this.#seed = seed
    this.#timeoutMs = timeoutMs
  }

  send(event: { readonly event_type: string; readonly call_id: string }): void {
    const { target } = this
    if (target === undefined) return
    if (target.events !== undefined && !target.events.some((type) => type === event.event_type)) return
    this.#count += 1
    const delivery: Delivery = {
      id: idOf('dlv', this.#seed, this.#count),
      event_type: event.event_type,
      call_id: event.call_id,
      url: target.url,
      body: JSON.stringify(event),
      status: 'pending',
      next_attempt_at: iso(this.#timeline.now()),
      attempts: [],
    }
    this.deliveries.push(delivery)
    if (this.deliveries.length > KEPT * 1.1) this.deliveries.splice(0, this.deliveries.length - KEPT)
    const before = this.#tails.get(event.call_id) ?? Promise.resolve()
    const at = this.#timeline.now()
    const tail = before.then(() => this.#attempt(delivery, at, target.secret))
    this.#tails.set(event.call_id, tail)
    this.#timeline.track(
      tail.finally(() => {
        if (this.#tails.get(event.call_id) === tail) this.#tails.delete(event.call_id)
      }),
    )
  }

  reset(): void {
    this.#era += 1
    this.#count = 0
    this.deliveries = []
    this.#tails.clear()
  }

  async close(): Promise<void> {
    this.#era += 1
    this.#stop.abort()
    await this.#agent.destroy()
  }

  async #attempt(delivery: Delivery, at: number, secret: string): Promise<void> {
    const era = this.#era
    if (this.#stop.signal.aborted) return
    const result = await this.#post(delivery, secret)
    if (era !== this.#era) return
    delivery.attempts.push({ at: iso(at), result })
    delivery.next_attempt_at = null
    if (typeof result === 'number' && result >= 200 && result < 300) {
      delivery.status = 'delivered'
      return
    }
    const delay = webhookRetryDelays[delivery.attempts.length - 1]
    if (delay === undefined) {
      delivery.status = 'failed'
      return
    }
    const again = at + delay * 1000
    delivery.next_attempt_at = iso(again)
    this.#timeline.at(again, () => this.#timeline.track(this.#attempt(delivery, again, secret)))
  }

  async #post(delivery: Delivery, secret: string): Promise<number | string> {
    const url = new URL(delivery.url)
    try {
      const answer = await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'movoice-sandbox',
          'x-movoice-signature': signWebhook(delivery.body, secret),
        },
        body: delivery.body,
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutMs)]),
      })
      await answer.body.dump({ limit: 65_536 })
      return answer.statusCode
    } catch (error) {
      return reasonOf(error, this.#timeoutMs)
    }
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, code } = error as { readonly name?: string; readonly code?: string }
  if (name === 'TimeoutError' || code?.includes('TIMEOUT') === true)
    return `no answer within ${timeoutMs / 1000} s`
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'connection reset'
    default:
      return code ?? name ?? 'failed'
  }
}
