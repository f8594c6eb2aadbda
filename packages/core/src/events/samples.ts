import type { Agent } from '../contract/agent.ts'
import type { Call } from '../contract/call.ts'
import type { CallEvent } from '../contract/call-event.ts'
import type { WebhookEventType } from '../contract/event-types.ts'
import type { KnownWebhook } from '../contract/webhooks.ts'
import { completeCallEvent, toCallEvent } from './call-event.ts'

const PLACED_AT = 1_767_225_600

/** An agent as it could be, for screens that need one before the first real one was read. */
export const sampleAgent: Agent = {
  agent_id: 'agent_clinic',
  name: 'Clinic reception',
  status: 'active',
  prompt: 'You remind {{name}} of an appointment at the clinic.',
  voice_id: 'sarvam_hindi_female_01',
}

const placed = {
  agent_id: sampleAgent.agent_id,
  recipient_phone: '+12025550101',
  direction: 'outbound',
  created_at: PLACED_AT,
  variables: { name: 'Asha' },
}

/** A call that was answered, with all that its end leaves. */
export const sampleCall: Call = {
  call_id: 'call_8f2k1',
  status: 'completed',
  ...placed,
  ended_at: PLACED_AT + 97,
  duration: 92,
  summary: 'Asha confirmed the appointment on Monday at 10:00.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  transcript: 'agent: Hello Asha, does Monday at ten suit you?\nuser: Yes, it does.',
  transcript_url: 'https://api.movoice.ai/v1/calls/call_8f2k1/transcript',
  recording_url: 'https://api.movoice.ai/v1/calls/call_8f2k1/recording',
}

/** A call that nobody answered. */
export const sampleFailedCall: Call = {
  call_id: 'call_3d9q7',
  status: 'failed',
  ...placed,
  recipient_phone: '+12025550102',
  ended_at: PLACED_AT + 31,
  duration: 0,
  reason: 'no_answer',
}

const { call_id } = sampleCall

const webhooks: { readonly [T in WebhookEventType]: Extract<KnownWebhook, { event_type: T }> } = {
  'call.started': {
    event_type: 'call.started',
    call_id,
    agent_id: placed.agent_id,
    direction: placed.direction,
    recipient_phone: placed.recipient_phone,
    timestamp: PLACED_AT + 5,
  },
  'call.completed': {
    event_type: 'call.completed',
    call_id,
    duration: 92,
    summary: 'Asha confirmed the appointment on Monday at 10:00.',
    sentiment: 'positive',
    outcome: 'BOOKED',
    transcript_url: 'https://api.movoice.ai/v1/calls/call_8f2k1/transcript',
    recording_url: 'https://api.movoice.ai/v1/calls/call_8f2k1/recording',
  },
  'call.failed': {
    event_type: 'call.failed',
    call_id: sampleFailedCall.call_id,
    reason: 'no_answer',
    recipient_phone: '+12025550102',
    timestamp: PLACED_AT + 31,
  },
  'action.triggered': {
    event_type: 'action.triggered',
    call_id,
    action_name: 'book_appointment',
    parameters: { day: 'Monday', time: '10:00' },
  },
  'transfer.initiated': { event_type: 'transfer.initiated', call_id },
}

/**
 * A webhook as Movoice sends it, field for field as its documentation shows. Source: guide "Webhooks".
 *
 * @example
 * sampleWebhook('call.failed').reason // 'no_answer'
 */
export function sampleWebhook<T extends WebhookEventType>(type: T): Extract<KnownWebhook, { event_type: T }> {
  return webhooks[type]
}

/**
 * A call event as it could be, made by the code that makes the real ones, so that its keys are theirs.
 *
 * @example
 * sampleCallEvent('call.completed').outcome // 'BOOKED'
 */
export function sampleCallEvent(type: WebhookEventType = 'call.completed'): CallEvent {
  const call = type === 'call.failed' ? sampleFailedCall : sampleCall
  const event = completeCallEvent(toCallEvent(sampleWebhook(type)), call, sampleAgent)
  return { ...event, source: 'sample' }
}
