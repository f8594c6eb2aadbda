import type { CancelSignal } from './cancel.ts'

/** Options that every method takes. */
export interface RequestOptions {
  readonly signal?: CancelSignal | undefined
  /** For one attempt, body included, in milliseconds. */
  readonly timeoutMs?: number | undefined
}

/** Options of a method that makes phones ring. */
export interface PlaceOptions extends RequestOptions {
  /**
   * Whether a call whose fate is open is looked for in the list of calls; true. Turning it off never turns on
   * sending again.
   */
  readonly reconcile?: boolean | undefined
  /**
   * Is awaited when it is this call's turn, before anything of it is sent: whoever must know after a crash which calls
   * may have been placed writes it down here. If it throws, nothing is sent.
   */
  readonly beforeSending?: (() => Promise<void> | void) | undefined
  /**
   * Once the request has left, `signal` no longer stops it: what became of it is waited for, and looked for if need
   * be. What was provably not sent is still stopped. For whoever must be able to tell afterwards; false.
   */
  readonly finishSent?: boolean | undefined
}

/** Options of a look for a call that may have been placed. */
export interface FindOptions {
  /** When the call may have been sent at the earliest, in milliseconds since 1970, by the clock of this machine. */
  readonly sentAfter: number
  /** Whether a call of the list is known to be another request's, and so cannot be this one's. */
  readonly isOthers?: ((callId: string) => boolean | Promise<boolean>) | undefined
  readonly signal?: CancelSignal | undefined
}
