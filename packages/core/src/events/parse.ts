import type { WebhookEventType } from '../contract/event-types.ts'
import { check } from '../contract/explain.ts'
import { unknownWebhook, type Webhook, webhookSchemas } from '../contract/webhooks.ts'
import { ValidationError } from '../engine/errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a webhook's body. Known events are checked for what they promise; an event of a type we do not know
 * passes as it is, and unknown fields are kept.
 *
 * @param body the raw bytes or text, or the value already parsed from it
 * @throws {@link ValidationError} if it is no JSON object with an `event_type`, or lacks the call's id
 * @example
 * const webhook = parseWebhook(rawBody)
 * if (webhook.event_type === 'call.failed') console.log(webhook.reason)
 */
export function parseWebhook(body: string | Uint8Array | object): Webhook {
  const value = typeof body === 'string' || body instanceof Uint8Array ? parseJson(body) : body
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ValidationError('The webhook', [{ path: '', message: 'must be a JSON object' }])
  }
  const type = (value as { event_type?: unknown }).event_type
  const schema =
    typeof type === 'string' && Object.hasOwn(webhookSchemas, type)
      ? webhookSchemas[type as WebhookEventType]
      : unknownWebhook
  const checked = check(schema, value)
  if (!checked.ok) throw new ValidationError('The webhook', checked.problems)
  return checked.value
}

function parseJson(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : decoder.decode(body))
  } catch {
    // The parser's own message quotes the body, which may hold a person's number.
    throw new ValidationError('The webhook', [{ path: '', message: 'is not valid JSON in UTF-8' }])
  }
}
