import { webhookEventTypes } from '@movoice-kit/core/contract'
import { type CallEvent, sampleCallEvent } from '@movoice-kit/core/events'

/** An event as it could be, for whoever sets up an automation before the first call was made. */
export function sampleEvent(type = 'call.completed'): CallEvent {
  const known = webhookEventTypes.find((one) => one === type)
  // Of a type nobody knows, and of all of them, the end of a call says the most.
  return known === undefined
    ? { ...sampleCallEvent(), type: type === '*' ? 'call.completed' : type }
    : sampleCallEvent(known)
}
