import type { Selectable } from 'kysely'
import type { Batch, BatchRequest, BatchState } from '../calls/batch-model.ts'
import type { Failure } from '../calls/model.ts'
import type { Tables } from './schema.ts'
import type { Vault } from './vault.ts'

export function batchOf(vault: Vault, row: Selectable<Tables['batches']>): Batch {
  const data = JSON.parse(vault.open(row.data, `batch:${row.claim}`)) as {
    channel: string | null
    request: BatchRequest
  }
  return {
    id: row.id,
    team: row.team,
    user: row.user_id,
    channel: row.card_channel ?? data.channel,
    cardTs: row.card_ts,
    state: row.state as BatchState,
    batchId: row.batch_id,
    request: data.request,
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    createdAt: row.created_at,
  }
}
