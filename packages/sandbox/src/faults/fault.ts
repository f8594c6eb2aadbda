import { check, type WebhookEventType, webhookEventTypes } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import { Refusal } from '../refusal.ts'

const times = z._default(
  z.int({ error: 'must be a whole number, 1 or more' }).check(z.minimum(1), z.maximum(1_000_000)),
  1,
)
const seconds = z.number({ error: 'must be a number of seconds' }).check(z.minimum(0), z.maximum(86_400))
const when = z._default(
  z.enum(['before', 'after'], { error: 'must be before or after: whether the request has been carried out' }),
  'before',
)
const onRequest = {
  on: z._default(z.literal('request', { error: 'must be request or webhook' }), 'request'),
  /** Such as `/call` or `/calls/*`; any if not given. */
  path: z.optional(z.string()),
  method: z.optional(z.enum(['GET', 'POST', 'PATCH'])),
  times,
}
const onWebhook = {
  on: z.literal('webhook'),
  event: z.optional(
    z.enum(webhookEventTypes as readonly WebhookEventType[] as [WebhookEventType, ...WebhookEventType[]]),
  ),
  times,
}

/** What can go wrong with a request to the API, on demand. */
const requestFaults = {
  /** Answers with this status instead; `after`: although all was done. */
  status: z.strictObject({
    ...onRequest,
    kind: z.literal('status'),
    status: z.int({ error: 'must be a status from 400 to 599' }).check(z.minimum(400), z.maximum(599)),
    code: z.optional(z.string()),
    message: z.optional(z.string()),
    retry_after: z.optional(
      z.union([z.number(), z.string().check(z.regex(/^[\x20-\x7e]*$/))], {
        error: 'must be a number of seconds, or the text of the header',
      }),
    ),
    when,
  }),
  /** Cuts the connection with a TCP reset. */
  reset: z.strictObject({ ...onRequest, kind: z.literal('reset'), when }),
  /** Answers late, by the sandbox's clock. */
  delay: z.strictObject({
    ...onRequest,
    kind: z.literal('delay'),
    seconds,
    when: z._default(z.enum(['before', 'after']), 'after'),
  }),
  /** Sends the head at once and the body in pieces over this time. */
  slow_body: z.strictObject({ ...onRequest, kind: z.literal('slow_body'), seconds }),
  /** Sends half of the JSON. */
  truncate: z.strictObject({ ...onRequest, kind: z.literal('truncate') }),
  /** A proxy's page instead of JSON. */
  html: z.strictObject({
    ...onRequest,
    kind: z.literal('html'),
    status: z._default(z.int().check(z.minimum(200), z.maximum(599)), 502),
    when: z._default(z.enum(['before', 'after']), 'after'),
  }),
} as const

/** What can go wrong with a webhook, on demand. */
const webhookFaults = {
  /** Sends it this many times more. */
  duplicate: z.strictObject({
    ...onWebhook,
    kind: z.literal('duplicate'),
    copies: z._default(z.int().check(z.minimum(1), z.maximum(100)), 1),
  }),
  /** Lets the next webhook of the same call go first; without one, it is sent after this time. */
  reorder: z.strictObject({ ...onWebhook, kind: z.literal('reorder'), seconds: z._default(seconds, 300) }),
  /** Never sends it. */
  drop: z.strictObject({ ...onWebhook, kind: z.literal('drop') }),
  delay: z.strictObject({ ...onWebhook, kind: z.literal('delay'), seconds }),
  /** One attempt is signed with another secret. */
  bad_signature: z.strictObject({ ...onWebhook, kind: z.literal('bad_signature') }),
  /** One attempt carries half of the body, signed as the half it is. */
  truncate: z.strictObject({ ...onWebhook, kind: z.literal('truncate') }),
} as const

type Of<T extends Record<string, z.ZodMiniType>> = { [K in keyof T]: z.infer<T[K]> }[keyof T]
type AskedOf<T extends Record<string, z.ZodMiniType>> = { [K in keyof T]: z.input<T[K]> }[keyof T]
export type RequestFault = Of<typeof requestFaults>
export type WebhookFault = Of<typeof webhookFaults>
export type Fault = RequestFault | WebhookFault

/** A fault as it is asked for: what has a default may be left out. */
export type FaultInput = AskedOf<typeof requestFaults> | AskedOf<typeof webhookFaults>

/**
 * Reads a fault that is asked for.
 *
 * @throws {@link Refusal} 400, naming the field
 */
export function readFault(body: Readonly<Record<string, unknown>>): Fault {
  const kinds: Readonly<Record<string, z.ZodMiniType>> = body.on === 'webhook' ? webhookFaults : requestFaults
  const { kind } = body
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind))
    throw new Refusal(400, `kind must be one of ${Object.keys(kinds).join(', ')}.`, { param: 'kind' })
  const result = check(kinds[kind] as z.ZodMiniType<Fault>, body)
  if (result.ok) return result.value
  const [problem] = result.problems
  throw new Refusal(400, `${problem?.path} ${problem?.message}.`, { param: problem?.path })
}
