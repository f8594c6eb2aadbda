import { createHash } from 'node:crypto'
import type { Agent } from '../contract/agent.ts'
import type { Call } from '../contract/call.ts'
import type { CallEvent } from '../contract/call-event.ts'
import type { Webhook } from '../contract/webhooks.ts'
import { transcriptText } from './transcript.ts'

/** What a webhook does not say of itself. */
export interface CallEventOptions {
  /** When we learned of it, in milliseconds since 1970: used where the event carries no time of its own. */
  readonly receivedAt?: number
  readonly source?: CallEvent['source']
}

/** Types that happen at most once a call, so that call and type are enough to tell them apart. */
const ONCE: ReadonlySet<string> = new Set([
  'call.started',
  'call.completed',
  'call.failed',
  'transfer.initiated',
])

/** The event that a call's status stands for. */
const TYPE_OF_STATUS: Readonly<Record<string, string>> = {
  active: 'call.started',
  completed: 'call.completed',
  failed: 'call.failed',
}
const STATUS_OF_TYPE: Readonly<Record<string, string>> = {
  'call.started': 'active',
  'call.completed': 'completed',
  'call.failed': 'failed',
}

/**
 * Makes the canonical call event from a webhook, or from a call as `GET /calls/{call_id}` gives it. Both
 * ways give the same `id` and the same keys for the same happening.
 *
 * @example
 * const event = toCallEvent(parseWebhook(rawBody))
 * event.id      // 'call_8f2k1:call.completed'
 * event.outcome // 'BOOKED'
 */
export function toCallEvent(from: Webhook | Call, agent?: Agent, options: CallEventOptions = {}): CallEvent {
  const isWebhook = typeof from.event_type === 'string'
  const status = isWebhook ? undefined : text(from.status)
  const type = isWebhook
    ? (from.event_type as string)
    : (TYPE_OF_STATUS[status ?? ''] ?? `call.${status ?? 'unknown'}`)
  const call_id = text(from.call_id)
  return {
    id: eventId(call_id, type, from),
    type,
    occurred_at: occurredAt(from, isWebhook, options.receivedAt),
    call_id,
    agent_id: text(from.agent_id) ?? agent?.agent_id ?? null,
    agent_name: text(from.agent_name) ?? agent?.name ?? null,
    direction: text(from.direction),
    recipient_phone: text(from.recipient_phone),
    status: isWebhook ? (STATUS_OF_TYPE[type] ?? text(from.status)) : (status ?? null),
    duration: number(from.duration),
    summary: text(from.summary),
    sentiment: text(from.sentiment),
    outcome: text(from.outcome),
    reason: text(from.reason),
    transcript: transcriptText(from.transcript),
    transcript_url: text(from.transcript_url),
    recording_url: text(from.recording_url),
    variables: object(from.variables),
    action_name: text(from.action_name),
    action_parameters: type === 'action.triggered' ? object(from.parameters) : null,
    source: options.source ?? (isWebhook ? 'webhook' : 'sweep'),
    raw: from as Record<string, unknown>,
  }
}

/**
 * Fills what an event does not know from the call it is about, and changes nothing it does know. The call's
 * state is told only by events about its end, so that an early event never speaks of a later state.
 *
 * @example
 * const full = completeCallEvent(toCallEvent(webhook), await movoice.calls.get(webhook.call_id), agent)
 * full.recipient_phone // '+919876543210', which the webhook does not carry
 */
export function completeCallEvent(event: CallEvent, call: Call, agent?: Agent): CallEvent {
  const whole = toCallEvent(call, agent)
  const ended = event.type === 'call.completed' || event.type === 'call.failed'
  return {
    ...event,
    agent_id: event.agent_id ?? whole.agent_id,
    agent_name: event.agent_name ?? whole.agent_name,
    direction: event.direction ?? whole.direction,
    recipient_phone: event.recipient_phone ?? whole.recipient_phone,
    variables: event.variables ?? whole.variables,
    ...(ended && {
      occurred_at: timeOfEnd(call) ?? event.occurred_at,
      duration: event.duration ?? whole.duration,
      summary: event.summary ?? whole.summary,
      sentiment: event.sentiment ?? whole.sentiment,
      outcome: event.outcome ?? whole.outcome,
      reason: event.reason ?? whole.reason,
      transcript: event.transcript ?? whole.transcript,
      transcript_url: event.transcript_url ?? whole.transcript_url,
      recording_url: event.recording_url ?? whole.recording_url,
    }),
  }
}

function eventId(callId: string | null, type: string, from: Webhook | Call): string {
  const head = `${callId ?? 'none'}:${type}`
  if (ONCE.has(type) && callId !== null) return head
  return `${head}:${contentDigest(from)}`
}

/**
 * A short digest of a value's content, the same whatever the order of its keys.
 *
 * @example
 * contentDigest({ a: 1, b: 2 }) === contentDigest({ b: 2, a: 1 }) // true
 */
export function contentDigest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16)
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

function occurredAt(from: Webhook | Call, isWebhook: boolean, receivedAt: number | undefined): string | null {
  const known = isWebhook ? iso(number(from.timestamp)) : timeOfEnd(from)
  return known ?? (receivedAt === undefined ? null : new Date(receivedAt).toISOString())
}

/** When a call ended as far as it tells; for one that has not, when it was created. */
function timeOfEnd(call: Webhook | Call): string | null {
  const ended = number(call.ended_at)
  if (ended !== null) return iso(ended)
  const created = number(call.created_at)
  return created === null ? null : iso(created + (number(call.duration) ?? 0))
}

function iso(seconds: number | null): string | null {
  const time = new Date((seconds ?? Number.NaN) * 1000)
  return Number.isNaN(time.getTime()) ? null : time.toISOString()
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null
const object = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
