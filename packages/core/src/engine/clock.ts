import type { CancelSignal } from './cancel.ts'

/** Time as the engine sees it. Tests hand in one that jumps; n8n hands in its own `sleep`. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or as soon as `signal` fires, without throwing; the caller looks which it was. */
  sleep(ms: number, signal?: CancelSignal): Promise<void>
}

/** A number from 0 up to, not including, 1. */
export type Random = () => number
