import type { CallRecord } from '../calls/call-record.ts'
import { startedEvent, type WebhookEvent } from './events.ts'

/** Hands the events of calls on, in the way each call's scenario has it. */
export class Teller {
  readonly #emit: (make: () => WebhookEvent) => void
  /** Events of calls whose webhooks come in reverse, kept until the last. */
  readonly #heldBack = new Map<CallRecord, WebhookEvent[]>()

  constructor(emit: (make: () => WebhookEvent) => void) {
    this.#emit = emit
  }

  tell(call: CallRecord, make: () => WebhookEvent, last: boolean): void {
    switch (call.fate.scenario?.webhooks) {
      case 'none':
        return
      case 'thrice':
        for (let time = 0; time < 3; time += 1) this.#emit(make)
        return
      case 'reversed': {
        const held = [...(this.#heldBack.get(call) ?? []), make()]
        if (!last) this.#heldBack.set(call, held)
        else {
          this.#heldBack.delete(call)
          for (const late of held.reverse()) this.#emit(() => late)
        }
        return
      }
      case undefined:
        this.#emit(make)
    }
  }

  /** Takes up a call that was under way when the sandbox was stopped. */
  resume(call: CallRecord): void {
    if (call.fate.scenario?.webhooks === 'reversed' && call.answeredAt !== undefined)
      this.#heldBack.set(call, [startedEvent(call, call.answeredAt)])
  }
}
