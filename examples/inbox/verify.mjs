// Two who may send: Movoice itself, or a hooks server that you subscribed to. Both sign the body's bytes as they left,
// so whatever parses the body first must leave those alone. Both give the same call event, with the same id.
import { parseWebhook, toCallEvent, verifyDelivery, verifyWebhook } from '@movoice-kit/core/events'

/** @throws {SignatureError} unless Movoice signed it, {ValidationError} if it is no webhook */
export function fromMovoice(body, headers) {
  verifyWebhook(body, headers, process.env.MOVOICE_WEBHOOK_SECRET)
  return toCallEvent(parseWebhook(body), undefined, { receivedAt: Date.now() })
}

/** @throws {SignatureError} unless the hooks server signed it within the last five minutes */
export function fromHooks(body, headers) {
  verifyDelivery(body, headers, process.env.WEBHOOK_SECRET)
  return JSON.parse(Buffer.from(body).toString())
}

/** The status that tells the sender what became of it: 401 and 400 are told to a person, a 5xx comes again. */
export function statusOf(error) {
  if (error.name === 'SignatureError') return 401
  return error.name === 'ValidationError' ? 400 : 500
}
