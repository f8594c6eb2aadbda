import type { Insertable, Selectable } from 'kysely'
import type { Call, CallState, Draft, Failure, Request, Result } from '../calls/model.ts'
import type { Tables } from './schema.ts'
import type { Vault } from './vault.ts'

/** Longer than a request to Movoice with all its attempts and look-ups may take. */
export const LEASE = 300_000

export interface NewCall {
  readonly id: string
  readonly claim: string
  readonly draft: Omit<Draft, 'id' | 'generation' | 'answered' | 'createdAt'>
  readonly request: Request
  readonly batchId: string | null
  readonly state: CallState
  readonly now: number
}

export function newRow(
  vault: Vault,
  { id, claim, draft, request, batchId, state, now }: NewCall,
): Insertable<Tables['calls']> {
  const { team, user, entry, channel, threadTs } = draft
  return {
    id,
    claim,
    team,
    user_id: user,
    phone: vault.tag(team, request.phone),
    state,
    call_id: null,
    batch_id: batchId,
    data: vault.seal(JSON.stringify({ entry, request, channel, threadTs }), `call:${id}`),
    card_ts: null,
    card_channel: null,
    result: null,
    failure: null,
    actions: '[]',
    revision: 1,
    shown_revision: 0,
    told: batchId === null ? 'no' : 'yes',
    lease_until: now + LEASE,
    created_at: now,
    ended_at: null,
    updated_at: now,
  }
}

export function callOf(vault: Vault, row: Selectable<Tables['calls']>): Call {
  const data = JSON.parse(vault.open(row.data, `call:${row.id}`)) as Pick<
    Call,
    'entry' | 'request' | 'channel' | 'threadTs'
  >
  return {
    id: row.id,
    team: row.team,
    user: row.user_id,
    entry: data.entry,
    request: data.request,
    state: row.state as CallState,
    callId: row.call_id,
    channel: row.card_channel ?? data.channel,
    cardTs: row.card_ts,
    threadTs: data.threadTs,
    result: row.result === null ? null : (JSON.parse(vault.open(row.result, `result:${row.id}`)) as Result),
    failure: row.failure === null ? null : (JSON.parse(row.failure) as Failure),
    actions: JSON.parse(row.actions) as string[],
    revision: row.revision,
    shownRevision: row.shown_revision,
    told: row.told as Call['told'],
    batchId: row.batch_id,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }
}
