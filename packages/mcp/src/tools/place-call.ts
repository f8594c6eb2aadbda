import type { CreateCallInput } from '@movoice-kit/core'
import type { Action } from '../confirm/pending.ts'
import { callSummary } from '../confirm/summaries.ts'
import { numberText } from '../confirm/words.ts'
import { calledLately } from '../guards/lately.ts'
import type { ActionResult } from '../output/action-result.ts'
import { viewOf } from '../output/call-view.ts'
import { toolOf } from './catalog.ts'
import type { Desk, Request } from './confirmed.ts'
import { dialOnce, lookupFailure, notFromHere, wrongNumbers } from './dialling.ts'

/** One phone call, once somebody has confirmed it. */
export function placeCall({ office }: Desk, input: CreateCallInput): Request {
  const { movoice, clock } = office
  const phones = [input.recipient_phone]
  const tool = toolOf['calls.create'].name
  return {
    tool,
    input,
    yes: `Yes, call ${numberText(input.recipient_phone)}`,
    prepare: async (ctx): Promise<Action<ActionResult> | ActionResult> => {
      const wrong = wrongNumbers([
        ['recipient_phone', input.recipient_phone],
        ...(input.from_number === undefined ? [] : [['from_number', input.from_number] as const]),
      ])
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
          summary: callSummary(input, agent, lately, clock.now()),
          run: (stop) =>
            dialOnce(office, {
              tool,
              phones,
              agentId: input.agent_id,
              dial: () => movoice.calls.create(input, { signal: stop, finishSent: true }),
              idOf: ({ call_id }) => call_id,
              placed: (call) => ({
                state: 'placed',
                message: `${input.schedule_at === undefined ? 'The call was placed' : 'The call is scheduled'}: ${call.call_id}${call.reconciled === true ? ' (its answer was lost; it was found in the list of calls)' : ''}. Use wait_for_call for its result.`,
                call: viewOf(call, false),
              }),
            }),
        }
      } catch (error) {
        return lookupFailure(error)
      }
    },
  }
}
