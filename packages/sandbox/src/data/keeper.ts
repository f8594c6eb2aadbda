import type { Agent } from '@movoice-kit/core/contract'
import type { CallRecord } from '../calls/call-record.ts'
import type { Batch } from '../calls/line-up.ts'
import type { Delivery } from '../webhooks/courier.ts'
import type { WebhookTarget } from '../webhooks/target.ts'

/** Is told of everything that changes, so that it can be written down. */
export interface Keeper {
  call(call: CallRecord): void
  batch(batch: Batch): void
  agent(agent: Agent): void
  delivery(delivery: Delivery): void
  webhook(target: WebhookTarget | undefined): void
  refused(phone: string): void
}

/** Keeps nothing: the state is in memory alone. */
export const forgetful: Keeper = {
  call: () => undefined,
  batch: () => undefined,
  agent: () => undefined,
  delivery: () => undefined,
  webhook: () => undefined,
  refused: () => undefined,
}
