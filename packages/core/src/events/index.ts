export { type CallEvent, callEvent, callEventKeys } from '../contract/call-event.ts'
export { type CallEventOptions, completeCallEvent, contentDigest, toCallEvent } from './call-event.ts'
export type { HeaderBag } from './headers.ts'
export { parseWebhook } from './parse.ts'
export { sampleAgent, sampleCall, sampleCallEvent, sampleFailedCall, sampleWebhook } from './samples.ts'
export { signWebhook, verifyWebhook } from './signature.ts'
export {
  DELIVERY_SECRET_PREFIX,
  DELIVERY_TOLERANCE_SECONDS,
  signDelivery,
  type VerifiedDelivery,
  type VerifyDeliveryOptions,
  verifyDelivery,
} from './standard-webhooks.ts'
export { toWebhook } from './to-webhook.ts'
export { transcriptText } from './transcript.ts'
