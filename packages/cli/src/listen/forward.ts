import { createHmac } from 'node:crypto'
import {
  type CallEvent,
  contentDigest,
  DELIVERY_SECRET_PREFIX,
  signDelivery,
  signWebhook,
  toWebhook,
} from '@movoice-kit/core/events'
import type { Shape } from './shape.ts'

/**
 * The secret that is signed with where none is given: always the same for one key or token, so that it can be printed
 * before it is needed, and of no use to learn them.
 */
export function listenSecret(shape: Shape, owner: string): string {
  const mac = createHmac('sha256', owner).update('movoice listen')
  return shape === 'movoice' ? mac.digest('hex') : `${DELIVERY_SECRET_PREFIX}${mac.digest('base64')}`
}

/** What is posted for an event. */
export function forwarded(
  event: CallEvent,
  { shape, secret, now }: { readonly shape: Shape; readonly secret: string; readonly now: number },
): { readonly headers: Record<string, string>; readonly body: string } {
  const type = { 'content-type': 'application/json' }
  if (shape === 'movoice') {
    const body = JSON.stringify(toWebhook(event))
    return { headers: { ...type, 'x-movoice-signature': signWebhook(body, secret) }, body }
  }
  const body = JSON.stringify(event)
  const id = `msg_${contentDigest(event.id)}`
  const timestamp = Math.floor(now / 1000)
  return {
    headers: {
      ...type,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signDelivery({ id, timestamp, body }, secret),
    },
    body,
  }
}
