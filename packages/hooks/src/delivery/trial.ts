import { randomBytes } from 'node:crypto'
import { Cancellation, type Clock } from '@movoice-kit/core/engine'
import { signDelivery } from '@movoice-kit/core/events'
import { sampleEvent } from '../http/sample.ts'
import type { SubscriptionRow } from '../subscriptions/store.ts'
import { judge } from './judge.ts'
import type { Sender } from './sender.ts'

export interface TrialResult {
  readonly delivered: boolean
  /** Of the answer; `null` if there was none. */
  readonly status: number | null
  readonly error: string | null
  readonly ms: number
}

/** Sends one sample event to a subscription's endpoint, now and once, and tells what it answered. */
export async function tryEndpoint(
  { target_url, secret, event }: Pick<SubscriptionRow, 'target_url' | 'secret' | 'event'>,
  {
    sender,
    clock,
    timeoutMs,
  }: { readonly sender: Sender; readonly clock: Clock; readonly timeoutMs: number },
): Promise<TrialResult> {
  const id = `msg_test_${randomBytes(12).toString('base64url')}`
  const body = JSON.stringify(sampleEvent(event))
  const began = clock.now()
  const timestamp = Math.floor(began / 1000)
  const stop = new Cancellation()
  const timer = new Cancellation()
  void clock.sleep(timeoutMs, timer.signal).then(() => stop.cancel())
  const receipt = await sender.send({
    url: target_url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signDelivery({ id, timestamp, body }, secret),
    },
    body,
    signal: stop.signal,
  })
  timer.cancel()
  const verdict = judge(receipt, clock.now())
  return {
    delivered: verdict.kind === 'delivered',
    status: receipt.kind === 'answered' ? receipt.status : null,
    error: verdict.kind === 'delivered' ? null : verdict.kind === 'gone' ? 'answered 410' : verdict.error,
    ms: clock.now() - began,
  }
}
