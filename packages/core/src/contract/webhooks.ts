import * as z from 'zod/mini'
import { failureReasons, sentiments } from './call.ts'
import type { WebhookEventType } from './event-types.ts'
import { maybe, openEnum } from './scalars.ts'

const head = { call_id: z.string().check(z.minLength(1)) }

/** The person answered. Source: guide "Webhooks". */
export const callStarted = z.looseObject({
  event_type: z.literal('call.started'),
  ...head,
  agent_id: maybe(z.string()),
  direction: maybe(z.string()),
  recipient_phone: maybe(z.string()),
  timestamp: maybe(z.number()),
})

/** Carries no agent, no number and no time: whoever needs them asks `GET /calls/{call_id}`. */
export const callCompleted = z.looseObject({
  event_type: z.literal('call.completed'),
  ...head,
  duration: maybe(z.number()),
  summary: maybe(z.string()),
  sentiment: maybe(openEnum(sentiments, 'How the person sounded')),
  outcome: maybe(z.string()),
  transcript_url: maybe(z.string()),
  recording_url: maybe(z.string()),
})

/** The call came to nothing; `reason` says why. Source: guide "Webhooks". */
export const callFailed = z.looseObject({
  event_type: z.literal('call.failed'),
  ...head,
  reason: maybe(openEnum(failureReasons, 'Why the call failed')),
  recipient_phone: maybe(z.string()),
  timestamp: maybe(z.number()),
})

/** Can happen many times a call. */
export const actionTriggered = z.looseObject({
  event_type: z.literal('action.triggered'),
  ...head,
  action_name: maybe(z.string()),
  parameters: maybe(z.record(z.string(), z.unknown())),
})

/** What else it carries is not documented; all of it is kept. */
export const transferInitiated = z.looseObject({ event_type: z.literal('transfer.initiated'), ...head })

/** An event Movoice may add one day: only its type is promised. */
export const unknownWebhook = z.looseObject({
  event_type: z.string().check(z.minLength(1)),
  call_id: maybe(z.string()),
})

/** The schema of each documented event, by its type. */
export const webhookSchemas = {
  'call.started': callStarted,
  'call.completed': callCompleted,
  'call.failed': callFailed,
  'action.triggered': actionTriggered,
  'transfer.initiated': transferInitiated,
} as const satisfies Record<WebhookEventType, z.ZodMiniType>

/** A webhook of a kind that is known. */
export type KnownWebhook = { [T in WebhookEventType]: z.infer<(typeof webhookSchemas)[T]> }[WebhookEventType]
/** A webhook of a kind that nobody knew when this was written: passed on as it is. */
export type UnknownWebhook = z.infer<typeof unknownWebhook>
/** A webhook as Movoice sends it. */
export type Webhook = KnownWebhook | UnknownWebhook

/** Delays after which Movoice sends an unanswered webhook again, in seconds. Source: guide "Webhooks". */
export const webhookRetryDelays = [30, 300, 1800, 7200] as const
