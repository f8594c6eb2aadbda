import type { CallEvent } from '@movoice-kit/core/events'
import type { Entry, Question } from '../guards/judge.ts'

/** What is to be called, as far as it was said. */
export interface Request {
  readonly phone: string
  readonly agentId: string
  readonly agentName: string
  readonly variables: Readonly<Record<string, string>>
  readonly fromNumber?: string | undefined
  /** Seconds. */
  readonly maxDuration?: number | undefined
  /** Unix seconds. */
  readonly scheduleAt?: number | undefined
}

/** When a call is to be placed, in ms since 1970: what is past is now. */
export const dueAt = ({ scheduleAt }: Pick<Request, 'scheduleAt'>, now: number): number =>
  Math.max(now, (scheduleAt ?? 0) * 1000)

/** Whether the time a call was to be placed at is past: nobody knows what is meant then. */
export const isPast = ({ scheduleAt }: Pick<Request, 'scheduleAt'>, now: number): boolean =>
  scheduleAt !== undefined && scheduleAt * 1000 < now

/** A question "place this call?" that somebody was shown. Answering it is what places a call. */
export interface Draft {
  readonly id: string
  readonly team: string
  readonly user: string
  /** Where the card is to appear; null: in the person's own messages from the app. */
  readonly channel: string | null
  readonly threadTs: string | null
  readonly entry: Entry
  readonly request: Request
  /** Counts the times it was asked; an answer to an older asking counts for nothing. */
  readonly generation: number
  readonly answered: readonly Question[]
  readonly createdAt: number
}

/**
 * `claimed`: stored, nothing was sent. `sending`: the request may be under way. `placed`, `scheduled`, `active`,
 * `completed`, `failed`: Movoice has it. `refused`, `not_placed`: nobody was called. `unknown`: may have been.
 */
export const callStates = [
  'claimed',
  'sending',
  'scheduled',
  'placed',
  'active',
  'completed',
  'failed',
  'refused',
  'not_placed',
  'unknown',
] as const
export type CallState = (typeof callStates)[number]

export const isOpen = (state: CallState): boolean =>
  state === 'placed' || state === 'scheduled' || state === 'active'
export const isOver = (state: CallState): boolean => state === 'completed' || state === 'failed'

/** What of an event is kept of a call. */
export type Result = Pick<
  CallEvent,
  | 'duration'
  | 'summary'
  | 'sentiment'
  | 'outcome'
  | 'reason'
  | 'transcript'
  | 'transcript_url'
  | 'recording_url'
>

export interface Failure {
  /** Name of the error, or of a text under `fail.` */
  readonly name: string
  readonly message: string
  readonly retryAfterMs: number | null
  readonly candidates: readonly string[]
  /** To quote to support; also in the log. */
  readonly reference: string
}

export interface Call {
  readonly id: string
  readonly team: string
  readonly user: string
  readonly entry: Entry
  readonly request: Request
  readonly state: CallState
  /** Movoice's id. */
  readonly callId: string | null
  readonly channel: string | null
  readonly cardTs: string | null
  readonly threadTs: string | null
  readonly result: Result | null
  readonly failure: Failure | null
  /** Names of actions the agent took. */
  readonly actions: readonly string[]
  /** Rises with every change; the card shows `shownRevision`. */
  readonly revision: number
  readonly shownRevision: number
  /** Whether the thread has been told of the end: `no`, `posting` (perhaps), `yes`. */
  readonly told: 'no' | 'posting' | 'yes'
  readonly batchId: string | null
  readonly createdAt: number
  readonly endedAt: number | null
}
