import type { Call } from '@movoice-kit/core/contract'
import type { CallRecord } from './call-record.ts'
import { summaryOf, turnsOf } from './conversation.ts'

/** What is known of a call after its end, `null` before. */
export interface Result {
  readonly duration: number | null
  readonly summary: string | null
  readonly sentiment: string | null
  readonly outcome: string | null
  readonly reason: string | null
  readonly transcript: { role: string; text: string; time: number }[] | null
  readonly transcript_url: string | null
  readonly recording_url: string | null
}

const UNKNOWN: Result = {
  duration: null,
  summary: null,
  sentiment: null,
  outcome: null,
  reason: null,
  transcript: null,
  transcript_url: null,
  recording_url: null,
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

export function resultOf(call: CallRecord, origin: string): Result {
  if (call.endedAt === undefined) return UNKNOWN
  const { story, ends } = call.fate
  const failed = ends !== 'completed'
  const reason = failed ? ends : null
  if (story === undefined)
    return { ...UNKNOWN, duration: 0, reason, outcome: ends === 'no_answer' ? 'NO_ANSWER' : null }
  const duration = call.talkSeconds
  if (!call.reported) return { ...UNKNOWN, duration, reason }
  const whole = turnsOf(call, story)
  const cut = duration < whole.seconds
  const links = {
    transcript_url: `${origin}/transcripts/${call.id}.json`,
    recording_url: `${origin}/recordings/${call.id}.wav`,
  }
  const transcript = cut ? whole.turns.filter((turn) => turn.time < duration) : whole.turns
  if (failed) return { ...UNKNOWN, duration, reason, transcript, ...links }
  return {
    duration,
    summary: cut
      ? `The call reached its longest duration of ${duration} s and was cut off before anything was agreed.`
      : summaryOf(call, story),
    sentiment: cut ? 'neutral' : story.sentiment,
    outcome: cut ? null : story.outcome,
    reason,
    transcript,
    ...links,
  }
}

/** A call as `GET /calls/{call_id}` and the list give it. */
export function viewOf(call: CallRecord, origin: string): Call {
  return {
    call_id: call.id,
    status: call.status,
    agent_id: call.agentId,
    recipient_phone: call.phone,
    from_number: call.from ?? null,
    direction: 'outbound',
    created_at: seconds(call.createdAt),
    schedule_at: call.scheduleAt ?? null,
    started_at: call.answeredAt === undefined ? null : seconds(call.answeredAt),
    ended_at: call.endedAt === undefined ? null : seconds(call.endedAt),
    max_duration: call.maxDuration,
    batch_id: call.batch?.id ?? null,
    variables: call.variables ?? {},
    ...resultOf(call, origin),
  }
}
