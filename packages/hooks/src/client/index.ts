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
export { HooksClient, type HooksClientOptions } from './hooks-client.ts'
