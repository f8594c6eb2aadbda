/** Every webhook event Movoice documents. Source: guide "Webhooks". */
export const webhookEventTypes = [
  'call.started',
  'call.completed',
  'call.failed',
  'action.triggered',
  'transfer.initiated',
] as const
/** A kind of webhook that is known. */
export type WebhookEventType = (typeof webhookEventTypes)[number]
