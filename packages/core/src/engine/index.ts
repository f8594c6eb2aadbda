export { Agents } from './agents.ts'
export type { SplitBatch } from './batch-parts.ts'
export { Calls, type ListCallsOptions } from './calls.ts'
export { Cancellation, type CancelSignal } from './cancel.ts'
export { type ClientOptions, type Host, MovoiceClient } from './client.ts'
export type { Clock, Random } from './clock.ts'
export * from './errors.ts'
export { CallEventFeed, type CallEventSource, type CallNews } from './event-source.ts'
export { Listing } from './listing.ts'
export type { Logger } from './logger.ts'
export type { CallNote, CallNotes } from './once.ts'
export type { FindOptions, PlaceOptions, RequestOptions } from './options.ts'
export { MAX_PAGE, type PageRequest, type Walk, walkPages } from './paging.ts'
export { mayBePlacedBy } from './placed-by.ts'
export type { PlacedBatch, PlacedCall } from './placer.ts'
export type { Page, ReadPage } from './read.ts'
export { maskPhone, redact } from './redact.ts'
export { retryAfterMs } from './retry-after.ts'
export { MemorySlotLog, type SlotLog, type Taken } from './slot-log.ts'
export {
  classifyNetworkError,
  type FailureKind,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts'
export type { PhoneCheck } from './validate.ts'
export type { WaitOptions } from './wait.ts'
