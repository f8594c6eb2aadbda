import type { CallEvent } from '../contract/call-event.ts'

/** As much of a {@link CallEvent} as tells that a call is over. */
export type CallNews = Pick<CallEvent, 'type' | 'call_id'>

/** Tells of call events as they happen: a webhook receiver in this process, or the hooks server's deliveries. */
export interface CallEventSource {
  /** Calls `listener` for every event from now on; gives a function that ends it. */
  subscribe(listener: (event: CallNews) => void): () => void
}

/**
 * A {@link CallEventSource} to publish into, from wherever events arrive.
 *
 * @example
 * const events = new CallEventFeed()
 * const movoice = new Movoice({ apiKey, plan: 'growth', events })
 * app.post('/movoice', (request) => events.publish(toCallEvent(parseWebhook(request.rawBody))))
 */
export class CallEventFeed implements CallEventSource {
  readonly #listeners = new Set<(event: CallNews) => void>()

  publish(event: CallNews): void {
    for (const listener of [...this.#listeners]) listener(event)
  }

  subscribe(listener: (event: CallNews) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }
}

/** Whether an event says that its call is over. */
export function saysOver({ type }: CallNews): boolean {
  return type === 'call.completed' || type === 'call.failed'
}
