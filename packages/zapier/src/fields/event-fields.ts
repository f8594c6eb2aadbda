import { type CallEvent, callEventKeys } from '@movoice-kit/core/events'
import type { PlainOutputField } from 'zapier-platform-core'

/** How each key of the canonical call event is shown; the type makes a key that is added in core show up here. */
const SHOWN: { readonly [Key in keyof CallEvent]: Omit<PlainOutputField, 'key'> } = {
  id: { label: 'Event ID', type: 'string', primary: true, required: true },
  type: { label: 'Event Type', type: 'string', required: true },
  occurred_at: { label: 'Occurred At', type: 'datetime' },
  call_id: { label: 'Call ID', type: 'string' },
  agent_id: { label: 'Agent ID', type: 'string' },
  agent_name: { label: 'Agent Name', type: 'string' },
  direction: { label: 'Direction', type: 'string' },
  recipient_phone: { label: 'Recipient Phone', type: 'string' },
  status: { label: 'Status', type: 'string' },
  duration: { label: 'Duration (Seconds)', type: 'number' },
  summary: { label: 'Summary', type: 'string' },
  sentiment: { label: 'Sentiment', type: 'string' },
  outcome: { label: 'Outcome', type: 'string' },
  reason: { label: 'Reason for Failure', type: 'string' },
  transcript: { label: 'Transcript', type: 'string' },
  transcript_url: { label: 'Transcript URL', type: 'string' },
  recording_url: { label: 'Recording URL', type: 'string' },
  variables: { label: 'Variables', dict: true },
  action_name: { label: 'Action Name', type: 'string' },
  action_parameters: { label: 'Action Parameters', dict: true },
  source: { label: 'Learned From', type: 'string' },
  raw: { label: 'Raw Event', dict: true },
}

/** The canonical call event as output fields: every trigger about calls gives exactly these. */
export const eventFields: PlainOutputField[] = callEventKeys.map((key) => ({ key, ...SHOWN[key] }))
