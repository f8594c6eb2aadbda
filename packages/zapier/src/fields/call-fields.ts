import type { Call, CreatedCall } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import type { PlainOutputField } from 'zapier-platform-core'

/** A call as a step gives it: ISO dates, text transcript, every key always there. */
export interface CallOutput {
  readonly id: string
  readonly call_id: string
  readonly status: string
  readonly agent_id: string | null
  readonly recipient_phone: string | null
  readonly from_number: string | null
  readonly direction: string | null
  readonly created_at: string | null
  readonly scheduled_for: string | null
  readonly ended_at: string | null
  readonly duration: number | null
  readonly summary: string | null
  readonly sentiment: string | null
  readonly outcome: string | null
  readonly reason: string | null
  readonly transcript: string | null
  readonly transcript_url: string | null
  readonly recording_url: string | null
  readonly variables: Record<string, unknown> | null
}

/** What {@link callOutput} makes, as output fields. */
export const callFields: (PlainOutputField & { readonly key: keyof CallOutput })[] = [
  { key: 'id', label: 'ID', type: 'string', primary: true, required: true },
  { key: 'call_id', label: 'Call ID', type: 'string', required: true },
  { key: 'status', label: 'Status', type: 'string', required: true },
  { key: 'agent_id', label: 'Agent ID', type: 'string' },
  { key: 'recipient_phone', label: 'Recipient Phone', type: 'string' },
  { key: 'from_number', label: 'From Number', type: 'string' },
  { key: 'direction', label: 'Direction', type: 'string' },
  { key: 'created_at', label: 'Created At', type: 'datetime' },
  { key: 'scheduled_for', label: 'Scheduled For', type: 'datetime' },
  { key: 'ended_at', label: 'Ended At', type: 'datetime' },
  { key: 'duration', label: 'Duration (Seconds)', type: 'number' },
  { key: 'summary', label: 'Summary', type: 'string' },
  { key: 'sentiment', label: 'Sentiment', type: 'string' },
  { key: 'outcome', label: 'Outcome', type: 'string' },
  { key: 'reason', label: 'Reason for Failure', type: 'string' },
  { key: 'transcript', label: 'Transcript', type: 'string' },
  { key: 'transcript_url', label: 'Transcript URL', type: 'string' },
  { key: 'recording_url', label: 'Recording URL', type: 'string' },
  { key: 'variables', label: 'Variables', dict: true },
]

/** Makes a step's output from a call as any answer of the API gives it. */
export function callOutput(from: Call | CreatedCall): CallOutput {
  const call = from as Call
  return {
    id: call.call_id,
    call_id: call.call_id,
    status: call.status,
    agent_id: call.agent_id ?? null,
    recipient_phone: call.recipient_phone ?? null,
    from_number: call.from_number ?? null,
    direction: call.direction ?? null,
    created_at: isoTime(call.created_at),
    scheduled_for: isoTime(call.schedule_at),
    ended_at: isoTime(call.ended_at),
    duration: call.duration ?? null,
    summary: call.summary ?? null,
    sentiment: call.sentiment ?? null,
    outcome: call.outcome ?? null,
    reason: call.reason ?? null,
    transcript: transcriptText(call.transcript),
    transcript_url: call.transcript_url ?? null,
    recording_url: call.recording_url ?? null,
    variables: call.variables ?? null,
  }
}

/** Unix seconds as ISO 8601 in UTC; `null` for what is no time. */
export function isoTime(seconds: number | null | undefined): string | null {
  const time = new Date((seconds ?? Number.NaN) * 1000)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}
