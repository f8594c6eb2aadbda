import type { callStatuses } from '@movoice-kit/core/contract'
import type { Fate } from './fate.ts'
import type { Batch } from './line-up.ts'

/** A call as the sandbox keeps it: times in milliseconds; what was said is made from `n` when someone asks. */
export interface CallRecord {
  /** Its place in the order of creation, from 1: with the seed, all that is drawn for it comes from this. */
  readonly n: number
  readonly id: string
  readonly agentId: string
  readonly phone: string
  readonly from: string | undefined
  readonly variables: Readonly<Record<string, string | number | boolean | null>> | undefined
  readonly maxDuration: number
  readonly scheduleAt: number | undefined
  readonly batch: Batch | undefined
  readonly createdAt: number
  readonly fate: Fate
  status: (typeof callStatuses)[number]
  dialledAt: number | undefined
  answeredAt: number | undefined
  endedAt: number | undefined
  /** How long the people talk, in whole seconds; known once it is dialled. */
  talkSeconds: number
  /** When its line is free again, once it is dialled. */
  freeAt: number | undefined
  /** Whether summary and transcript are there. */
  reported: boolean
  /** How many steps of its life are behind it. */
  steps: number
}
