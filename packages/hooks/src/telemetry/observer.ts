import type { Verdict } from '../delivery/judge.ts'
import { GIVE_UP_MS } from '../delivery/schedule.ts'
import type { Job } from '../store/claims.ts'

/** One of Movoice's webhooks came in. `repeat`: known already; `failed`: could not be stored. */
export interface WebhookSeen {
  readonly account: string
  readonly result: 'new' | 'repeat' | 'refused' | 'failed'
  /** Absent if it was refused before anybody could read it. */
  readonly event?: { readonly id: string; readonly type: string } | undefined
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly endedAt: number
}

/** One attempt to deliver was made. */
export interface AttemptSeen {
  readonly job: Job
  readonly verdict: Verdict
  readonly status: number | null
  readonly url: string
  readonly startedAt: number
  readonly endedAt: number
}

/** From being queued, for the first time or again, to the end of an attempt, in milliseconds. */
export function latencyOf({ job, endedAt }: AttemptSeen): number {
  // A delivery that is sent again keeps when it was made, but is tried for three days from then on.
  return Math.max(0, endedAt - (job.give_up_at - GIVE_UP_MS))
}

/** One request to Movoice's API was made, by whichever part of the server. */
export interface RequestSeen {
  readonly account: string
  readonly operation: 'calls.list' | 'calls.get' | 'agents.get' | 'other'
  /** `undefined`: no answer. */
  readonly status: number | undefined
  readonly startedAt: number
  readonly endedAt: number
}

/** The API was asked for what an event did not tell. */
export interface EnrichSeen {
  readonly account: string
  readonly event: { readonly id: string; readonly type: string }
  /** Fields that nobody knew then. */
  readonly missing: readonly string[]
  /** Why the API did not tell, if it did not. */
  readonly failed: string | undefined
  readonly startedAt: number
  readonly endedAt: number
}

/** A request was one too many. */
export interface LimitSeen {
  readonly limit: string
}

export interface SweepSeen {
  readonly account: string
  /** Events nobody knew of. */
  readonly found: number
  /** Lists of calls that were asked for. */
  readonly lists: number
  readonly startedAt: number
  readonly endedAt: number
}

/** Whoever counts, measures or traces what the server does. None may throw, and none may take long. */
export interface Observer {
  webhook?(seen: WebhookSeen): void
  attempt?(seen: AttemptSeen): void
  request?(seen: RequestSeen): void
  enrich?(seen: EnrichSeen): void
  sweep?(seen: SweepSeen): void
  limited?(seen: LimitSeen): void
}

/** Tells several. */
export function tellAll(observers: readonly Observer[]): Required<Observer> {
  return {
    webhook: (seen) => {
      for (const one of observers) one.webhook?.(seen)
    },
    attempt: (seen) => {
      for (const one of observers) one.attempt?.(seen)
    },
    request: (seen) => {
      for (const one of observers) one.request?.(seen)
    },
    enrich: (seen) => {
      for (const one of observers) one.enrich?.(seen)
    },
    sweep: (seen) => {
      for (const one of observers) one.sweep?.(seen)
    },
    limited: (seen) => {
      for (const one of observers) one.limited?.(seen)
    },
  }
}
