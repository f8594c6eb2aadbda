import * as z from 'zod/mini'

/** `pending` until it is due, `held` while its endpoint is down, and three ends. */
export const deliveryStatuses = ['pending', 'held', 'delivered', 'failed', 'cancelled'] as const

/**
 * One event on its way to one subscription. `pending`: due now or later; `held`: waits until its endpoint is back
 * or no longer paused; `failed`: given up, kept to be sent again by hand; `cancelled`: the subscription ended first.
 */
export const delivery = z.looseObject({
  /** Also the `webhook-id` of every attempt. */
  id: z.string(),
  event_id: z.string(),
  hook_id: z.string(),
  status: z.enum(deliveryStatuses),
  attempts: z.number(),
  created_at: z.string(),
  next_attempt_at: z.nullable(z.string()),
  last_attempt_at: z.nullable(z.string()),
  delivered_at: z.nullable(z.string()),
  /** Of the last answer; `null` if there was none. */
  last_status: z.nullable(z.number()),
  last_error: z.nullable(z.string()),
})
/** How the telling of one event to one subscription stands. */
export type Delivery = z.infer<typeof delivery>

/** What an endpoint answered to a sample event. */
export const trial = z.looseObject({
  delivered: z.boolean(),
  status: z.nullable(z.number()),
  error: z.nullable(z.string()),
  ms: z.number(),
})
/** What an endpoint answered to a test event. */
export type Trial = z.infer<typeof trial>
