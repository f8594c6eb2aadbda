import type { Clock, Movoice } from '@movoice-kit/core/client'
import type { PendingActions } from './confirm/pending.ts'
import type { AllowList } from './guards/allow-list.ts'
import type { DialLog } from './guards/dial-log.ts'
import type { Log } from './log.ts'
import type { ActionResult } from './output/action-result.ts'

/** A question, and the token that says yes to it. */
export interface TokenNote {
  /** What would be done, as the person is asked. */
  readonly summary: string
  readonly token: string
  /** ISO 8601. */
  readonly expiresAt: string
}

/** Brings a token to a person by a way that the assistant does not see. */
export type ShowToken = (note: TokenNote) => void

/** What whoever runs the server has decided. */
export interface Policy {
  /** Only what changes nothing is offered. */
  readonly readOnly: boolean
  /** A call needs a client that asks the person itself; the assistant's word is not enough. */
  readonly requireElicitation: boolean
  /** Where a person sees the token of a question, if it is not given to the assistant. */
  readonly showToken: ShowToken | undefined
  readonly allow: AllowList | undefined
}

/** What all connections of one server share. */
export interface Office {
  readonly movoice: Movoice
  readonly policy: Policy
  readonly pending: PendingActions<ActionResult>
  readonly dials: DialLog
  readonly clock: Clock
  readonly log: Log
  readonly shift: Shift
}

/** Whether the server works, is closing, or is closed; what has left for Movoice is never abandoned. */
export class Shift {
  readonly #closing = new AbortController()
  readonly #atWork = new Set<Promise<unknown>>()

  /** Fires when no new work is begun and whoever only waits goes home. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** Work that must be finished before the process may end. */
  track<T>(work: Promise<T>): Promise<T> {
    const watched = work.then(
      () => undefined,
      () => undefined,
    )
    this.#atWork.add(watched)
    void watched.then(() => this.#atWork.delete(watched))
    return work
  }

  /** Begins no new work, and resolves when all that is under way is over. */
  async end(): Promise<void> {
    this.#closing.abort()
    while (this.#atWork.size > 0) await Promise.all(this.#atWork)
  }
}
