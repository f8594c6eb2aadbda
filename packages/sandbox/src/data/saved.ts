import type { Agent } from '@movoice-kit/core/contract'
import type { CallRecord } from '../calls/call-record.ts'
import { fateOf } from '../calls/fate.ts'
import type { Batch } from '../calls/line-up.ts'
import { idOf } from '../random.ts'
import { scenarioOf } from '../scenarios.ts'
import type { Delivery } from '../webhooks/courier.ts'
import type { WebhookTarget } from '../webhooks/target.ts'

/** A call as it is written down: what follows from the seed is left out. */
export type SavedCall = Omit<CallRecord, 'id' | 'batch' | 'fate'> & { readonly batch: number | undefined }
export type SavedBatch = Omit<Batch, 'running'>

/** All that a sandbox keeps over a restart. */
export interface Saved {
  readonly seed: number
  readonly now: number
  readonly webhook: WebhookTarget | null
  readonly calls: readonly SavedCall[]
  readonly batches: readonly SavedBatch[]
  readonly agents: readonly Agent[]
  readonly deliveries: readonly Delivery[]
  /** Numbers that were refused the one time they are. */
  readonly refused: readonly string[]
}

export const savedCall = ({ id: _id, fate: _fate, batch, ...call }: CallRecord): SavedCall => ({
  ...call,
  batch: batch?.n,
})

export function callFrom(saved: SavedCall, seed: number, batches: ReadonlyMap<number, Batch>): CallRecord {
  return {
    ...saved,
    id: idOf('call', seed, saved.n),
    fate: fateOf(seed, saved.n, scenarioOf(saved.phone)),
    batch: saved.batch === undefined ? undefined : batches.get(saved.batch),
    from: saved.from,
    variables: saved.variables,
    scheduleAt: saved.scheduleAt,
    dialledAt: saved.dialledAt,
    answeredAt: saved.answeredAt,
    endedAt: saved.endedAt,
    freeAt: saved.freeAt,
  }
}

export const savedBatch = ({ running: _running, ...batch }: Batch): SavedBatch => ({
  ...batch,
  // "No limit of its own" is no number that JSON can write.
  concurrency: Number.isFinite(batch.concurrency) ? batch.concurrency : -1,
})

export const batchFrom = (saved: SavedBatch): Batch => ({
  ...saved,
  scheduleAt: saved.scheduleAt,
  concurrency: saved.concurrency === -1 ? Number.POSITIVE_INFINITY : saved.concurrency,
  running: 0,
})
