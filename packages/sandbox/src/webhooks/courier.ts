import { webhookRetryDelays } from '@movoice-kit/core/contract'
import type { Keeper } from '../data/keeper.ts'
import type { FaultBox } from '../faults/fault-box.ts'
import { idOf } from '../random.ts'
import type { Timeline } from '../time/timeline.ts'
import type { WebhookEvent } from './events.ts'
import type { Poster } from './poster.ts'
import type { WebhookTarget } from './target.ts'

/** One attempt to send a webhook. Times are ISO 8601, by the sandbox’s clock. */
export interface Attempt {
  /** Sandbox time, ISO 8601. */
  readonly at: string
  /** What the receiver answered, or why there was no answer. */
  readonly result: number | string
  /** What was wrong with it on purpose. */
  readonly fault?: string
}

/** A webhook with every attempt to send it. */
export interface Delivery {
  readonly id: string
  readonly event_type: string
  readonly call_id: string
  readonly url: string
  /** The raw body that is signed. */
  readonly body: string
  status: 'pending' | 'delivered' | 'failed' | 'dropped'
  next_attempt_at: string | null
  readonly attempts: Attempt[]
}

export interface CourierOptions {
  readonly timeline: Timeline
  readonly seed: number
  readonly poster: Poster
  readonly faults: FaultBox
  readonly keeper: Keeper
  readonly changed: () => void
}

const KEPT = 10_000
const iso = (ms: number): string => new Date(ms).toISOString()

/** Carries webhooks to their target: signed, in order within a call, again after each documented delay. */
export class Courier {
  #target: WebhookTarget | undefined
  readonly #options: CourierOptions
  /** The first attempts of a call's webhooks follow one another, so that they arrive as they happened. */
  readonly #tails = new Map<string, Promise<void>>()
  /** Events that let the next one of their call go first. */
  readonly #heldBack = new Map<string, WebhookEvent[]>()
  #deliveries: Delivery[] = []
  #count = 0
  #era = 0

  constructor(options: CourierOptions) {
    this.#options = options
  }

  get target(): WebhookTarget | undefined {
    return this.#target
  }

  set target(target: WebhookTarget | undefined) {
    this.#target = target
    this.#options.keeper.webhook(target)
  }

  /** The last deliveries, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries
  }

  send(make: () => WebhookEvent): void {
    const { target } = this
    if (target === undefined) return
    const event = make()
    if (target.events !== undefined && !target.events.some((type) => type === event.event_type)) return
    const { faults, timeline } = this.#options
    const fault = faults.forWebhook(event.event_type, ['duplicate', 'reorder', 'drop', 'delay'])
    switch (fault?.kind) {
      case 'drop':
        this.#record(event, target, 'dropped')
        return
      case 'delay':
        timeline.after(fault.seconds * 1000, () => this.#dispatch(event, target))
        return
      case 'reorder': {
        const held = this.#heldBack.get(event.call_id) ?? []
        this.#heldBack.set(event.call_id, [...held, event])
        timeline.after(fault.seconds * 1000, () => this.#letGo(event.call_id, target))
        return
      }
      case 'duplicate':
        for (let copy = 0; copy < fault.copies; copy += 1) this.#dispatch(event, target)
        break
    }
    this.#dispatch(event, target)
    this.#letGo(event.call_id, target)
  }

  /** Sends a delivery again now, whatever became of it. */
  redeliver(id: string): Delivery | undefined {
    const delivery = this.#deliveries.find((one) => one.id === id)
    const { target } = this
    if (delivery === undefined || target === undefined) return delivery
    const { timeline } = this.#options
    timeline.track(this.#attempt(delivery, timeline.now(), target.secret, undefined))
    return delivery
  }

  /** Takes up what was kept; what was not delivered yet is sent at its time, or now if that is past. */
  restore(deliveries: readonly Delivery[]): void {
    const { timeline } = this.#options
    for (const delivery of deliveries) {
      this.#deliveries.push(delivery)
      this.#count += 1
      const { target } = this
      if (delivery.status !== 'pending' || target === undefined) continue
      const at = Date.parse(delivery.next_attempt_at ?? '') || timeline.now()
      const nth = delivery.attempts.length
      timeline.at(at, () => this.#again(delivery, timeline.now(), target.secret, nth))
    }
  }

  reset(): void {
    this.#era += 1
    this.#count = 0
    this.#deliveries = []
    this.#tails.clear()
    this.#heldBack.clear()
  }

  #letGo(callId: string, target: WebhookTarget): void {
    const held = this.#heldBack.get(callId)
    if (held === undefined) return
    this.#heldBack.delete(callId)
    for (const event of held) this.#dispatch(event, target)
  }

  #record(event: WebhookEvent, target: WebhookTarget, status: Delivery['status']): Delivery {
    const { timeline, seed, changed } = this.#options
    this.#count += 1
    const delivery: Delivery = {
      id: idOf('dlv', seed, this.#count),
      event_type: event.event_type,
      call_id: event.call_id,
      url: target.url,
      body: JSON.stringify(event),
      status,
      next_attempt_at: status === 'pending' ? iso(timeline.now()) : null,
      attempts: [],
    }
    this.#deliveries.push(delivery)
    if (this.#deliveries.length > KEPT * 1.1) this.#deliveries.splice(0, this.#deliveries.length - KEPT)
    this.#options.keeper.delivery(delivery)
    changed()
    return delivery
  }

  #dispatch(event: WebhookEvent, target: WebhookTarget): void {
    const { timeline } = this.#options
    const delivery = this.#record(event, target, 'pending')
    const at = timeline.now()
    const before = this.#tails.get(event.call_id) ?? Promise.resolve()
    const tail = before.then(() => this.#attempt(delivery, at, target.secret, 0))
    this.#tails.set(event.call_id, tail)
    timeline.track(
      tail.finally(() => {
        if (this.#tails.get(event.call_id) === tail) this.#tails.delete(event.call_id)
      }),
    )
  }

  /** One attempt, the `nth` of the schedule; one outside the schedule has no number and is not followed by others. */
  async #attempt(delivery: Delivery, at: number, secret: string, nth: number | undefined): Promise<void> {
    const { timeline, poster, faults, changed } = this.#options
    const era = this.#era
    const fault = faults.forWebhook(delivery.event_type, ['bad_signature', 'truncate'])?.kind
    const body =
      fault === 'truncate' ? delivery.body.slice(0, Math.floor(delivery.body.length / 2)) : delivery.body
    const result = await poster.post(delivery.url, body, fault === 'bad_signature' ? `not ${secret}` : secret)
    if (result === undefined || era !== this.#era) return
    delivery.attempts.push({ at: iso(at), result, ...(fault !== undefined && { fault }) })
    const good = typeof result === 'number' && result >= 200 && result < 300
    const delay = nth === undefined ? undefined : webhookRetryDelays[nth]
    if (good) {
      delivery.status = 'delivered'
      delivery.next_attempt_at = null
    } else if (delay !== undefined) {
      const again = at + delay * 1000
      delivery.next_attempt_at = iso(again)
      timeline.at(again, () => this.#again(delivery, again, secret, (nth ?? 0) + 1))
    } else if (nth !== undefined && delivery.status === 'pending') {
      delivery.status = 'failed'
      delivery.next_attempt_at = null
    }
    this.#options.keeper.delivery(delivery)
    changed()
  }

  #again(delivery: Delivery, at: number, secret: string, nth: number): void {
    // It may have been delivered by hand in the meantime.
    if (delivery.status !== 'pending') return
    this.#options.timeline.track(this.#attempt(delivery, at, secret, nth))
  }
}
