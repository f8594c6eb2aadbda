import type { CancelSignal } from './cancel.ts'

export interface RequestOptions {
  readonly signal?: CancelSignal | undefined
  /** For one attempt, body included, in milliseconds. */
  readonly timeoutMs?: number | undefined
}

export interface PlaceOptions extends RequestOptions {
  /**
   * Whether a call whose fate is open is looked for in the list of calls; true. Turning it off never turns on
   * sending again.
   */
  readonly reconcile?: boolean | undefined
}
