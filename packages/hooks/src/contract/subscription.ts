import { failureReasons, openEnum, sentiments, webhookEventTypes } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'

const oneOrMany = <T extends z.ZodMiniType>(schema: T) => z.union([schema, z.array(schema)])
const word = z.string().check(z.minLength(1), z.maxLength(200))

/** Which events of its type a subscription wants: each field a value or a list of which one must fit. */
export const subscriptionFilter = z.strictObject({
  call_id: z.optional(oneOrMany(word)),
  agent_id: z.optional(oneOrMany(word)),
  outcome: z.optional(oneOrMany(word)),
  sentiment: z.optional(oneOrMany(openEnum(sentiments, 'How the person sounded'))),
  reason: z.optional(oneOrMany(openEnum(failureReasons, 'Why the call failed'))),
  direction: z.optional(oneOrMany(word)),
  /** Seconds; an event whose duration is not known does not fit. */
  min_duration: z.optional(
    z
      .number({ error: 'must be a number of seconds' })
      .check(z.nonnegative({ error: 'must not be negative' })),
  ),
})
/** Which events fit: all that is given must. */
export type SubscriptionFilter = z.infer<typeof subscriptionFilter>

/** How fast an endpoint may be written to. */
export const subscriptionLimits = z.strictObject({
  /** `zapier` stands for 30 a second and 10,000 in 5 minutes. */
  preset: z.optional(z.enum(['zapier'], { error: 'must be zapier' })),
  per_second: z.optional(z.int().check(z.minimum(1), z.maximum(10_000))),
  per_5_minutes: z.optional(z.int().check(z.minimum(1), z.maximum(3_000_000))),
  /** How many deliveries may be under way at once. */
  concurrency: z.optional(z.int().check(z.minimum(1), z.maximum(256))),
})
/** How much an endpoint is sent at once and over time. */
export type SubscriptionLimits = z.infer<typeof subscriptionLimits>

const MAX_URL = 2048

/** What `POST /hooks` takes. */
export const subscribeInput = z.strictObject({
  target_url: z
    .string({ error: 'must be an https URL as text' })
    .check(z.minLength(1, { error: 'must not be empty' }), z.maxLength(MAX_URL)),
  event: z.string({ error: 'must be an event type, such as "call.completed", or "*" for all' }).check(
    z.regex(/^(\*|[a-z0-9_]+(\.[a-z0-9_]+)*)$/i, {
      error: `must be an event type, such as "call.completed", or "*" for all`,
    }),
    z.maxLength(100),
    z.meta({ examples: [...webhookEventTypes, '*'] }),
  ),
  filter: z.optional(z.nullable(subscriptionFilter)),
  /** Ends after the first event. */
  once: z.optional(z.boolean()),
  /** ISO 8601, or Unix seconds. */
  expires_at: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  /** For people: shown in lists. */
  description: z.optional(z.string().check(z.maxLength(200))),
  limits: z.optional(subscriptionLimits),
  /** Only events of this Movoice account, where several are relayed. */
  account: z.optional(word),
  /** A key of your own: as long as the subscription made with it lives, the same key gives that one again. */
  idempotency_key: z.optional(word),
})
/** What `POST /hooks` takes. */
export type SubscribeInput = z.infer<typeof subscribeInput>

/** What `PATCH /hooks/:id` takes. */
export const updateSubscriptionInput = z.strictObject({
  paused: z.optional(z.boolean({ error: 'must be true or false' })),
  filter: z.optional(z.nullable(subscriptionFilter)),
  expires_at: z.optional(z.nullable(z.union([z.string(), z.number()]))),
  description: z.optional(z.string().check(z.maxLength(200))),
  limits: z.optional(subscriptionLimits),
})
/** What can be changed of a subscription. */
export type UpdateSubscriptionInput = z.infer<typeof updateSubscriptionInput>

const time = z.nullable(z.string())

/** A subscription as it is shown: without its secret. Times are ISO 8601. */
export const subscription = z.looseObject({
  id: z.string(),
  target_url: z.string(),
  event: z.string(),
  filter: subscriptionFilter,
  once: z.boolean(),
  account: z.nullable(z.string()),
  description: z.nullable(z.string()),
  limits: subscriptionLimits,
  /** `active`; `paused` by its owner; `disabled` by the server, `reason` says why; `ended`. */
  status: z.enum(['active', 'paused', 'disabled', 'ended']),
  paused: z.boolean(),
  reason: z.nullable(z.string()),
  /** `ok`, or `failing` while the endpoint does not take deliveries. */
  health: z.enum(['ok', 'failing']),
  failing_since: time,
  last_success_at: time,
  last_failure_at: time,
  last_error: z.nullable(z.string()),
  expires_at: time,
  created_at: z.string(),
})
/** A subscription as it is shown: without its secret. */
export type Subscription = z.infer<typeof subscription>

/** The answer to `POST /hooks`: the only time the secret is shown. */
export const createdSubscription = z.extend(subscription, { secret: z.string() })
/** A subscription with its secret, which is shown this once. */
export type CreatedSubscription = z.infer<typeof createdSubscription>
