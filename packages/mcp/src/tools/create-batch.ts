import type { CreateBatchInput, SplitBatch } from '@movoice-kit/core'
import type { Action } from '../confirm/pending.ts'
import { batchSummary } from '../confirm/summaries.ts'
import { calledLately } from '../guards/lately.ts'
import { type ActionResult, partsOf } from '../output/action-result.ts'
import { toolOf } from './catalog.ts'
import type { Desk, Request } from './confirmed.ts'
import { dialOnce, lookupFailure, notFromHere, wrongNumbers } from './dialling.ts'

/** Many phone calls, once somebody has confirmed them. */
export function createBatch({ office }: Desk, input: CreateBatchInput): Request {
  const { movoice, clock } = office
  const phones = input.recipients.map(({ phone }) => phone)
  const tool = toolOf['calls.createBatch'].name
  return {
    tool,
    input,
    yes: `Yes, call ${phones.length === 1 ? 'this number' : `these ${phones.length} numbers`}`,
    prepare: async (ctx): Promise<Action<ActionResult> | ActionResult> => {
      const wrong = wrongNumbers(phones.map((phone, row) => [`recipients[${row}].phone`, phone] as const))
      const blocked = wrong ?? notFromHere(office, phones)
      if (blocked !== undefined) return blocked
      try {
        const { signal } = ctx.mcpReq
        const [agent, lately] = await Promise.all([
          movoice.agents.get(input.agent_id, { signal }),
          calledLately(office, signal),
        ])
        return {
          tool,
          input,
          summary: batchSummary(input, agent, lately, clock.now()),
          run: (stop) =>
            dialOnce(office, {
              tool,
              phones,
              agentId: input.agent_id,
              dial: () => movoice.calls.createBatch(input, { signal: stop, finishSent: true }),
              idOf: ({ batch_id }) => batch_id,
              placed: (placed) => batchPlaced(placed, phones.length),
            }),
        }
      } catch (error) {
        return lookupFailure(error)
      }
    },
  }
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
