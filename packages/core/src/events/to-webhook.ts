import type { CallEvent } from '../contract/call-event.ts'

/**
 * The webhook that tells what an event tells: as Movoice sent it if that is where the event comes from, else with the
 * fields its documentation shows. The way back from `toCallEvent`. Source: guide "Webhooks".
 *
 * @example
 * toWebhook(toCallEvent(call)).event_type // 'call.completed'
 */
export function toWebhook(event: CallEvent): Readonly<Record<string, unknown>> {
  if (typeof event.raw.event_type === 'string') return event.raw
  const { type, call_id, agent_id, direction, recipient_phone, occurred_at } = event
  const head = { event_type: type, call_id }
  const timestamp = occurred_at === null ? null : Math.floor(Date.parse(occurred_at) / 1000)
  switch (type) {
    case 'call.completed': {
      const { duration, summary, sentiment, outcome, transcript_url, recording_url } = event
      return { ...head, duration, summary, sentiment, outcome, transcript_url, recording_url }
    }
    case 'call.failed':
      return { ...head, reason: event.reason, recipient_phone, timestamp }
    case 'action.triggered':
      return { ...head, action_name: event.action_name, parameters: event.action_parameters }
    case 'call.started':
      return { ...head, agent_id, direction, recipient_phone, timestamp }
    default:
      return head
  }
}
