import { callEvent } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import {
  createdSubscription,
  delivery,
  subscribeInput,
  subscription,
  trial,
  updateSubscriptionInput,
} from '../../contract/index.ts'
import { replayInput } from '../event-routes.ts'

const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), param: z.optional(z.string()) }),
})
const cursor = z.nullable(z.string())

/** Schemas that are named in the document, so that others refer to them. */
export const named = {
  CallEvent: callEvent,
  EventList: z.object({ events: z.array(callEvent), next_cursor: cursor }),
  Hook: subscription,
  HookList: z.object({ hooks: z.array(subscription) }),
  CreatedHook: createdSubscription,
  Subscribe: subscribeInput,
  UpdateHook: updateSubscriptionInput,
  Delivery: delivery,
  DeliveryList: z.object({ deliveries: z.array(delivery), next_cursor: cursor }),
  DeliveryStory: z.extend(delivery, {
    failed_attempts: z.array(
      z.object({ at: z.string(), ms: z.number(), status: z.nullable(z.number()), error: z.string() }),
    ),
  }),
  Replay: replayInput,
  ReplayEvent: z.strictObject({ hook_id: z.optional(z.string()) }),
  Trial: trial,
  Queued: z.object({ queued: z.number() }),
  Received: z.object({ received: z.boolean(), id: z.string(), repeat: z.boolean() }),
  Webhook: z.looseObject({ event_type: z.string(), call_id: z.optional(z.string()) }),
  Health: z.object({ status: z.string(), reason: z.optional(z.string()) }),
  Error: errorBody,
} as const satisfies Record<string, z.ZodMiniType>
export type Name = keyof typeof named
