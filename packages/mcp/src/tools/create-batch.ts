import type { CreateBatchInput, SplitBatch } from '@movoice-kit/core'
import { batchSummary } from '../confirm/summaries.ts'
import { type ActionResult, partsOf } from '../output/action-result.ts'
import { toolOf } from './catalog.ts'
import type { Desk, Request } from './confirmed.ts'
import { dialRequest } from './dial-request.ts'

/** Many phone calls, once somebody has confirmed them. */
export function createBatch(desk: Desk, input: CreateBatchInput): Request {
  const phones = input.recipients.map(({ phone }) => phone)
  return dialRequest(desk, {
    tool: toolOf['calls.createBatch'].name,
    input,
    phones,
    numbers: phones.map((phone, row) => [`recipients[${row}].phone`, phone] as const),
    yes: `Yes, call ${phones.length === 1 ? 'this number' : `these ${phones.length} numbers`}`,
    summary: (agent, lately, now) => batchSummary(input, agent, lately, now),
    dial: (signal) => desk.office.movoice.calls.createBatch(input, { signal, finishSent: true }),
    idOf: ({ batch_id }) => batch_id,
    placed: (placed) => batchPlaced(placed, phones.length),
  })
}

function batchPlaced({ batch_id, status, parts }: SplitBatch, size: number): ActionResult {
  const ids = parts?.map(({ batch }) => batch?.batch_id).filter((id) => id !== undefined) ?? [batch_id]
  return {
    state: 'placed',
    message: `The batch of ${size} was placed: ${ids.join(', ')}. Use list_calls to see how its calls go.`,
    batch: { batch_id, ...(status !== undefined && { status }) },
    ...(parts !== undefined && { parts: partsOf(parts) }),
  }
}
