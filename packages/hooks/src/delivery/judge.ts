import { retryAfterMs } from '@movoice-kit/core/engine'
import { MAX_HOLD_MS } from './schedule.ts'
import type { Receipt } from './sender.ts'

export type Verdict =
  | { readonly kind: 'delivered' }
  /** The receiver wants no more of these, ever. */
  | { readonly kind: 'gone' }
  /** The receiver asks to be left alone for a while. */
  | { readonly kind: 'later'; readonly waitMs: number; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string }

/**
 * What an answer means. Source: Standard Webhooks specification: 2xx is success, 3xx is not followed and fails,
 * 410 ends the subscription, `Retry-After` is obeyed.
 */
export function judge(receipt: Receipt, now: number): Verdict {
  if (receipt.kind === 'failed') return { kind: 'failed', error: receipt.error }
  const { status, retryAfter } = receipt
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone' }
  const asked = retryAfter === undefined ? undefined : retryAfterMs({ 'retry-after': retryAfter }, now)
  if (asked !== undefined && (status === 429 || status >= 500)) {
    return { kind: 'later', waitMs: Math.min(asked, MAX_HOLD_MS), error: `answered ${status}` }
  }
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''
  return { kind: 'failed', error: `answered ${status}${redirect}` }
}
