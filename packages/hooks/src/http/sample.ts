import { type CallEvent, toCallEvent } from '@movoice-kit/core/events'

const SAMPLE_TIME = 1_767_225_600

/** An event as it could be, for whoever sets up an automation before the first call was made. */
export function sampleEvent(type = 'call.completed'): CallEvent {
  const call = {
    call_id: 'call_sample',
    agent_id: 'agent_sample',
    recipient_phone: '+12025550101',
    direction: 'outbound',
  }
  const byType: Record<string, object> = {
    'call.completed': {
      duration: 74,
      summary: 'The appointment on Friday at 10:00 was confirmed.',
      sentiment: 'positive',
      outcome: 'BOOKED',
      transcript: 'agent: Hello! Shall I confirm Friday at ten?\nuser: Yes, please.',
      transcript_url: 'https://example.com/transcripts/call_sample',
      recording_url: 'https://example.com/recordings/call_sample',
      variables: { name: 'Asha' },
    },
    'call.failed': { reason: 'no_answer', duration: 0 },
    'action.triggered': { action_name: 'book_appointment', parameters: { day: 'Friday', time: '10:00' } },
  }
  const known = type === '*' ? 'call.completed' : type
  const event = toCallEvent(
    { event_type: known, ...call, timestamp: SAMPLE_TIME, ...byType[known] },
    {
      agent_id: 'agent_sample',
      name: 'Clinic receptionist',
    },
  )
  return { ...event, source: 'sample' }
}
