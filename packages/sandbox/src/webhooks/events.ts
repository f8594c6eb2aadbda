import type { CallRecord } from '../calls/call-record.ts'
import { resultOf } from '../calls/view.ts'

export interface WebhookEvent {
  readonly event_type: string
  readonly call_id: string
  readonly [field: string]: unknown
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

export const startedEvent = (call: CallRecord, now: number): WebhookEvent => ({
  event_type: 'call.started',
  call_id: call.id,
  agent_id: call.agentId,
  direction: 'outbound',
  recipient_phone: call.phone,
  timestamp: seconds(now),
})

/** The event of a call's end: `call.completed` as documented carries no agent, number or time. */
export function endedEvent(call: CallRecord, now: number, origin: string): WebhookEvent {
  const { duration, summary, sentiment, outcome, reason, transcript_url, recording_url } = resultOf(
    call,
    origin,
  )
  if (call.status === 'failed')
    return {
      event_type: 'call.failed',
      call_id: call.id,
      reason,
      recipient_phone: call.phone,
      timestamp: seconds(now),
    }
  return {
    event_type: 'call.completed',
    call_id: call.id,
    duration,
    summary,
    sentiment,
    outcome,
    transcript_url,
    recording_url,
  }
}

/** What the agent does on the way in a call that acts: the first looks, the second books. */
export function actionEvent(call: CallRecord, nth: number): WebhookEvent {
  const action =
    nth === 0
      ? { action_name: 'check_availability', parameters: { day: 'Thursday', part_of_day: 'morning' } }
      : { action_name: 'book_appointment', parameters: { day: 'Thursday', time: '10:30', reminder: true } }
  return { event_type: 'action.triggered', call_id: call.id, ...action }
}

export const transferEvent = (call: CallRecord): WebhookEvent => ({
  event_type: 'transfer.initiated',
  call_id: call.id,
  transfer_to: '+12025550180',
  reason: 'asked for a person',
})
