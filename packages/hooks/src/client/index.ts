export type {
  CreatedSubscription,
  Delivery,
  SubscribeInput,
  Subscription,
  SubscriptionFilter,
  SubscriptionLimits,
  Trial,
  UpdateSubscriptionInput,
} from '../contract/index.ts'
export { fits } from '../subscriptions/filter.ts'
export { HooksClient, type HooksClientOptions } from './hooks-client.ts'
