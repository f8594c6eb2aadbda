import type { Agent, Call } from '@movoice-kit/core/contract'
import { type CallEvent, completeCallEvent, parseWebhook, toCallEvent } from '@movoice-kit/core/events'
import { agentOutput } from './fields/agent-fields.ts'
import { callOutput } from './fields/call-fields.ts'

// Samples are made by the very code that makes the real thing, so that no key can differ.

const agent: Agent = {
  agent_id: 'agent_clinic',
  name: 'Clinic Reminders',
  status: 'active',
  prompt: 'You remind {{name}} of an appointment at the clinic.',
  voice_id: 'sarvam_hindi_female_01',
}

const completed: Call = {
  call_id: 'call_8f2k1',
  status: 'completed',
  agent_id: agent.agent_id,
  recipient_phone: '+12025550101',
  direction: 'outbound',
  created_at: 1767225600,
  ended_at: 1767225697,
  duration: 92,
  summary: 'Asha confirmed the appointment on Monday at 10:00.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  transcript: [
    { role: 'agent', text: 'Hello Asha, does Monday at ten suit you?' },
    { role: 'user', text: 'Yes, it does.' },
  ],
  transcript_url: 'https://api.movoice.ai/v1/calls/call_8f2k1/transcript',
  recording_url: 'https://api.movoice.ai/v1/calls/call_8f2k1/recording',
  variables: { name: 'Asha' },
}

const failed: Call = {
  call_id: 'call_3d9q7',
  status: 'failed',
  agent_id: agent.agent_id,
  recipient_phone: '+12025550102',
  direction: 'outbound',
  created_at: 1767225900,
  ended_at: 1767225931,
  duration: 0,
  reason: 'no_answer',
  variables: { name: 'Ravi' },
}

function eventSample(webhook: object, call: Call): CallEvent {
  return { ...completeCallEvent(toCallEvent(parseWebhook(webhook)), call, agent), source: 'sample' }
}

export const completedEvent = eventSample(
  {
    event_type: 'call.completed',
    call_id: completed.call_id,
    duration: completed.duration,
    summary: completed.summary,
    sentiment: completed.sentiment,
    outcome: completed.outcome,
    transcript_url: completed.transcript_url,
    recording_url: completed.recording_url,
  },
  completed,
)

export const failedEvent = eventSample(
  {
    event_type: 'call.failed',
    call_id: failed.call_id,
    reason: failed.reason,
    recipient_phone: failed.recipient_phone,
    timestamp: failed.ended_at,
  },
  failed,
)

export const actionEvent = eventSample(
  {
    event_type: 'action.triggered',
    call_id: completed.call_id,
    action_name: 'book_appointment',
    parameters: { day: 'Monday', time: '10:00' },
    timestamp: 1767225660,
  },
  completed,
)

export const callSample = callOutput(completed)
export const agentSample = agentOutput(agent)
