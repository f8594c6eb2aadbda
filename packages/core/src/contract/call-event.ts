import * as z from 'zod/mini'
import { webhookEventTypes } from './event-types.ts'
import { openEnum } from './scalars.ts'

const text = z.nullable(z.string())

/**
 * The one shape in which every door of the kit tells what happened to a call. All keys are always there;
 * what is not known is `null`. Made by `toCallEvent` of `@movoice-kit/core/events`.
 */
export const callEvent = z.strictObject({
  /** `<call_id>:<type>`; where a type can happen often, a digest of the content follows. The same for webhook and sweep. */
  id: z.string(),
  type: openEnum(webhookEventTypes, 'What happened'),
  /** ISO 8601, UTC. */
  occurred_at: text,
  call_id: text,
  agent_id: text,
  agent_name: text,
  direction: text,
  recipient_phone: text,
  status: text,
  /** Seconds. */
  duration: z.nullable(z.number()),
  summary: text,
  sentiment: text,
  outcome: text,
  /** Why a call failed. */
  reason: text,
  /** What was said, one line a turn. */
  transcript: text,
  transcript_url: text,
  recording_url: text,
  variables: z.nullable(z.record(z.string(), z.unknown())),
  action_name: text,
  action_parameters: z.nullable(z.record(z.string(), z.unknown())),
  /** How the kit learned of it. */
  source: z.enum(['webhook', 'sweep', 'sample']),
  /** What Movoice sent, untouched. */
  raw: z.record(z.string(), z.unknown()),
})
/** What happened to a call, in the one shape that all of the kit tells it in. */
export type CallEvent = z.infer<typeof callEvent>

/** The keys of a {@link CallEvent}, in the order in which they are written. */
export const callEventKeys = Object.keys(callEvent.shape) as (keyof CallEvent)[]
