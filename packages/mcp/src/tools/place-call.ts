import type { CreateCallInput, PlacedCall } from '@movoice-kit/core'
import { callSummary } from '../confirm/summaries.ts'
import { numberText } from '../confirm/words.ts'
import type { ActionResult } from '../output/action-result.ts'
import { viewOf } from '../output/call-view.ts'
import { toolOf } from './catalog.ts'
import type { Desk, Request } from './confirmed.ts'
import { dialRequest } from './dial-request.ts'

/** One phone call, once somebody has confirmed it. */
export function placeCall(desk: Desk, input: CreateCallInput): Request {
  const { recipient_phone, from_number } = input
  return dialRequest(desk, {
    tool: toolOf['calls.create'].name,
    input,
    phones: [recipient_phone],
    numbers: [
      ['recipient_phone', recipient_phone],
      ...(from_number === undefined ? [] : [['from_number', from_number] as const]),
    ],
    yes: `Yes, call ${numberText(recipient_phone)}`,
    summary: (agent, lately, now) => callSummary(input, agent, lately, now),
    dial: (signal) => desk.office.movoice.calls.create(input, { signal, finishSent: true }),
    idOf: ({ call_id }) => call_id,
    placed: (call) => callPlaced(call, input),
  })
}

function callPlaced(call: PlacedCall, { schedule_at }: CreateCallInput): ActionResult {
  const what = schedule_at === undefined ? 'The call was placed' : 'The call is scheduled'
  const how = call.reconciled === true ? ' (its answer was lost; it was found in the list of calls)' : ''
  return {
    state: 'placed',
    message: `${what}: ${call.call_id}${how}. Use wait_for_call for its result.`,
    call: viewOf(call, false),
  }
}
