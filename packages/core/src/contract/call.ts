import * as z from 'zod/mini'
import { identifier, maybe, openEnum, phoneNumber, unixSeconds, variables } from './scalars.ts'

/** Statuses that are known; others are passed on. Source: API reference, guide "Outbound calls". */
export const callStatuses = ['initiated', 'scheduled', 'active', 'completed', 'failed'] as const
/** Moods that are known; others are passed on. Source: assumed, see assumptions.ts. */
export const sentiments = ['positive', 'neutral', 'negative'] as const
/** Why a call failed, as far as known. Source: guide "Webhooks". */
export const failureReasons = ['no_answer', 'busy', 'invalid_number', 'agent_error', 'network_error'] as const

/** The id of a call, one word. */
export const callId = identifier('call', 'call_8f2k1')
/** The id of an agent, one word. */
export const agentId = identifier('agent', 'agent_clinic')

/** What `POST /call` takes. Source: API reference; `schedule_at`: guide "Outbound calls". */
export const createCallInput = z.strictObject({
  agent_id: agentId,
  recipient_phone: phoneNumber,
  variables: z.optional(variables),
  from_number: z.optional(phoneNumber),
  max_duration: z.optional(
    z.int({ error: 'must be whole seconds, such as 1800' }).check(
      z.minimum(1, { error: 'must be at least 1 second' }),
      z.meta({
        description: 'The longest the call may last, in seconds; 1800 if not given',
        examples: [1800],
      }),
    ),
  ),
  schedule_at: z.optional(unixSeconds),
})
/** What `calls.create` takes. */
export type CreateCallInput = z.infer<typeof createCallInput>

/** One thing said in a call, where the transcript comes as a list. */
export const transcriptTurn = z.looseObject({
  role: maybe(z.string()),
  text: maybe(z.string()),
  content: maybe(z.string()),
  message: maybe(z.string()),
})

/**
 * A call as any answer gives it: only the id and the status are promised, all else may be missing, and
 * fields we do not know are kept. Source: API reference; the names of the result's fields are assumed.
 */
export const call = z.looseObject({
  call_id: z.string().check(z.minLength(1)),
  status: openEnum(callStatuses, 'Where the call stands'),
  agent_id: maybe(z.string()),
  recipient_phone: maybe(z.string()),
  from_number: maybe(z.string()),
  direction: maybe(z.string()),
  created_at: maybe(z.number()),
  schedule_at: maybe(z.number()),
  ended_at: maybe(z.number()),
  duration: maybe(z.number()),
  summary: maybe(z.string()),
  sentiment: maybe(openEnum(sentiments, 'How the person sounded')),
  outcome: maybe(openEnum(['BOOKED', 'REFUSED', 'CALLBACK', 'NO_ANSWER'], 'What came of the call')),
  reason: maybe(openEnum(failureReasons, 'Why the call failed')),
  transcript: maybe(z.union([z.string(), z.array(transcriptTurn)])),
  transcript_url: maybe(z.string()),
  recording_url: maybe(z.string()),
  variables: maybe(z.record(z.string(), z.unknown())),
})
/** A call as `calls.get` and `calls.list` give it. Fields that are not known here are kept. */
export type Call = z.infer<typeof call>

/** The answer to `POST /call`: five fields are promised. Source: API reference. */
export const createdCall = z.looseObject({
  call_id: z.string().check(z.minLength(1)),
  status: openEnum(callStatuses, 'Where the call stands; `initiated` for a call placed now'),
  agent_id: z.string(),
  recipient_phone: z.string(),
  created_at: z.number(),
})
/** The answer to `calls.create`. Fields that are not known here are kept. */
export type CreatedCall = z.infer<typeof createdCall>

/** What `GET /calls` can be narrowed to. Source: API reference. */
export const listCallsQuery = z
  .strictObject({
    limit: z.optional(
      z
        .int({ error: 'must be a whole number from 1 to 100' })
        .check(
          z.minimum(1, { error: 'must be at least 1' }),
          z.maximum(100, { error: 'must be at most 100' }),
          z.meta({ description: 'How many calls a page; 20 if not given' }),
        ),
    ),
    offset: z.optional(
      z
        .int({ error: 'must be a whole number, 0 or more' })
        .check(z.nonnegative({ error: 'must not be negative' })),
    ),
    status: z.optional(openEnum(['completed', 'failed', 'active'], 'Only calls with this status')),
    agent_id: z.optional(agentId),
    from: z.optional(unixSeconds),
    to: z.optional(unixSeconds),
  })
  .check(
    z.refine((query) => query.from === undefined || query.to === undefined || query.from <= query.to, {
      error: 'must not be later than `to`',
      path: ['from'],
    }),
  )
/** Which calls `calls.list` gives. Times are Unix seconds. */
export type ListCallsQuery = z.infer<typeof listCallsQuery>
