import type { Failure } from './model.ts'

export interface BatchRow {
  /** Line of the file, the header being 1. */
  readonly row: number
  readonly phone: string
  readonly variables: Readonly<Record<string, string>>
}

export interface RejectedRow {
  readonly row: number
  /** As written, in part. */
  readonly text: string
  /** `judge:<refusal or question>`, `read:<problem>` or `duplicate:<row>`. */
  readonly why: string
}

export interface BatchRequest {
  readonly agentId: string
  readonly agentName: string
  readonly scheduleAt?: number | undefined
  readonly concurrency?: number | undefined
  readonly rows: readonly BatchRow[]
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
