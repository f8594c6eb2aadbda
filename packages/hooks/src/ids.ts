import { hash, randomBytes } from 'node:crypto'
import { DELIVERY_SECRET_PREFIX } from '@movoice-kit/core/events'

export const newSubscriptionId = (): string => `hook_${randomBytes(12).toString('base64url')}`
export const newSecret = (): string => `${DELIVERY_SECRET_PREFIX}${randomBytes(24).toString('base64')}`
export const newToken = (): string => `hooks_${randomBytes(24).toString('base64url')}`

/**
 * The id of one event's delivery to one subscription: the same however often and by whichever way the event is
 * learned, so that it can be queued only once and its receiver can tell a repeat.
 */
export function deliveryId(account: string, eventId: string, subscriptionId: string): string {
  const digest = hash('sha256', JSON.stringify([account, eventId, subscriptionId]), 'base64url')
  return `msg_${digest.slice(0, 27)}`
}
