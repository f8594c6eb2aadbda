import type { Call } from '@movoice-kit/core/contract'
import { isOver } from '../accounts/account.ts'
import type { OpenCall } from './bookmark.ts'

export interface ListedOptions {
  /** When the sweep began, in milliseconds. */
  readonly now: number
  /** Where its list began, in Unix seconds: what a call without a time counts as created at. */
  readonly from: number
  /** Unix seconds: calls created before have been listed by an earlier sweep. */
  readonly newSince: number
}

/**
 * A call that is still open after so long is looked after by its id. Until then the next list begins at it: most
 * calls have ended by then, and their end is found without a request of their own.
 */
export const LONG_OPEN_S = 30 * 60
const MOST_LOOK_MS = 3_600_000

/** What one list of calls told. */
export class Listed {
  readonly #options: ListedOptions
  /** All ids that were in it, and whether the call had ended. */
  readonly seen = new Map<string, boolean>()
  readonly ended: Call[] = []
  readonly longOpen: OpenCall[] = []
  /** How many had not ended, and how many nobody had listed before. */
  open = 0
  fresh = 0
  /** Unix seconds: where the next list is to begin. */
  oldestOpen = Number.POSITIVE_INFINITY

  constructor(options: ListedOptions) {
    this.#options = options
  }

  take(call: Call): void {
    const { now, from, newSince } = this.#options
    const created = Math.floor(call.created_at ?? from)
    this.seen.set(call.call_id, isOver(call))
    if (created >= newSince) this.fresh += 1
    if (isOver(call)) {
      this.ended.push(call)
      return
    }
    // A call for later has not begun to be open.
    const since = Math.max(created, Math.floor(call.schedule_at ?? 0))
    if (since <= now / 1000) this.open += 1
    if (created > now / 1000 - LONG_OPEN_S) this.oldestOpen = Math.min(this.oldestOpen, created)
    else this.longOpen.push({ id: call.call_id, since, lookAt: nextLook(since, now) })
  }
}

/** Looks at a call that stays open come more seldom: after as long again as it has been under way, an hour at most. */
export function nextLook(since: number, now: number): number {
  const begun = since * 1000
  return Math.max(begun, now) + Math.min(MOST_LOOK_MS, Math.max(LONG_OPEN_S * 1000, now - begun))
}
