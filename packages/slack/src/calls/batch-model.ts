import type { Question } from '../guards/judge.ts'
import type { Failure } from './model.ts'

export interface BatchRow {
  /** Line of the file, the header being 1. */
  readonly row: number
  readonly phone: string
  readonly variables: Readonly<Record<string, string>>
  /** What must be said yes to before this number is called; none for most. */
  readonly questions?: readonly Question[]
}

export interface RejectedRow {
  readonly row: number
  /** The number, as written. */
  readonly text: string
  readonly variables?: Readonly<Record<string, string>>
  /** `judge:<refusal or question>`, `read:<problem>` or `duplicate:<row>`. */
  readonly why: string
}

export interface BatchRequest {
  readonly agentId: string
  readonly agentName: string
  readonly scheduleAt?: number | undefined
  readonly concurrency?: number | undefined
  readonly rows: readonly BatchRow[]
  /** Rows that are called if whoever sends the batch says yes to them, and left out otherwise. */
  readonly asking?: readonly BatchRow[]
  readonly rejected: readonly RejectedRow[]
}

/** As the states of a call; `draft` is a preview that nobody has answered, `done` has every row over. */
export type BatchState =
  | 'draft'
  | 'claimed'
  | 'sending'
  | 'placed'
  | 'refused'
  | 'not_placed'
  | 'unknown'
  | 'done'

export interface Batch {
  readonly id: string
  readonly team: string
  readonly user: string
  readonly channel: string | null
  readonly cardTs: string | null
  readonly state: BatchState
  readonly batchId: string | null
  readonly request: BatchRequest
  readonly failure: Failure | null
  readonly createdAt: number
}

/** Whether its calls are looked for: it was placed, or may have been. */
export const isFollowed = (state: BatchState): boolean => state === 'placed' || state === 'unknown'

export interface BatchCounts {
  readonly count: number
  /** Of how many the call was found in Movoice. */
  readonly found: number
  readonly completed: number
  readonly failed: number
}
