import { Cancellation, type Clock, isMovoiceError } from '@movoice-kit/core/engine'
import type { Account } from '../accounts/account.ts'
import { StoppedError } from '../accounts/pace.ts'
import type { Intake } from '../ingest/intake.ts'
import type { Database } from '../store/database.ts'
import { withLeadership } from '../store/leadership.ts'
import type { Log } from '../telemetry/log.ts'
import type { SweepSeen } from '../telemetry/observer.ts'
import { type Bookmark, readBookmark, writeBookmark } from './bookmark.ts'
import { Listed } from './listed.ts'
import { lookAtLongOpen } from './long-open.ts'
import { tellEnded } from './tell.ts'
import { BUSY_MS, CALLS_A_LIST, listsLeft, nextSweep, timetableOf } from './timetable.ts'

export interface SweepOptions {
  readonly database: Database
  readonly clock: Clock
  readonly accounts: ReadonlyMap<string, Account>
  readonly intake: Intake
  readonly log: Log
  /** Between two sweeps, in milliseconds; if not given, they keep to their timetable. */
  readonly intervalMs?: number | undefined
  readonly completionMs: number
  /** Told of every sweep that was made. */
  readonly onSweep?: ((seen: SweepSeen) => void) | undefined
}

/** How often to see whether a sweep is due. */
const LOOK_MS = 60_000
const LEAST_LOOK_MS = 1_000
const LONGEST_PAUSE_MS = 15 * 60_000
/** Their clock and ours may differ, and a call may be listed a little after it was created. */
const OVERLAP_S = 120

/** After failures in a row, so that an API that is down for long is not asked more often than one that is up. */
const pauseAfter = (failed: number): number =>
  failed === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, LOOK_MS * 2 ** (failed - 1))

/** Finds in `GET /calls` what webhooks missed. What an agent did during a call cannot be found there. */
export class Sweep {
  readonly #options: SweepOptions
  readonly #stop = new Cancellation()
  #loop: Promise<void> | undefined

  constructor(options: SweepOptions) {
    this.#options = options
  }

  start(): void {
    if ([...this.#options.accounts.values()].some(({ asks }) => asks)) this.#loop ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.cancel()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { clock, accounts, log, intervalMs = LOOK_MS } = this.#options
    const next = new Map<string, number>()
    const failures = new Map<string, number>()
    while (!this.#stop.signal.aborted) {
      for (const account of accounts.values()) {
        if (!account.asks || (next.get(account.name) ?? 0) > clock.now()) continue
        if (this.#stop.signal.aborted) return
        let failed = 0
        try {
          await this.once(account.name)
        } catch (error) {
          if (error instanceof StoppedError) return
          failed = (failures.get(account.name) ?? 0) + 1
          const why = isMovoiceError(error)
            ? { code: error.code, status: error.status, problem: error.message }
            : { err: error }
          log.warn(
            { ...why, account: account.name },
            'a sweep failed; what it would have found is found by the next',
          )
        }
        failures.set(account.name, failed)
        // Also when another process made it: then its bookmark says so, and nothing is asked.
        next.set(account.name, clock.now() + Math.max(Math.min(intervalMs, LOOK_MS), pauseAfter(failed)))
      }
      const soonest = Math.min(...next.values())
      await clock.sleep(Math.max(LEAST_LOOK_MS, soonest - clock.now()), this.#stop.signal)
    }
  }

  /**
   * One sweep of an account, if one is due and no other process makes it. Resolves to how many events it found
   * that nobody knew of.
   */
  async once(name: string, { force = false } = {}): Promise<number> {
    const { database, accounts, clock, intervalMs } = this.#options
    const account = accounts.get(name)
    if (account === undefined || !account.asks) return 0
    const timetable = timetableOf(account.webhookSecrets.length > 0)
    const found = await withLeadership(database, `sweep:${name}`, async () => {
      const now = clock.now()
      const bookmark = await readBookmark(database.db, name)
      if (bookmark === undefined) {
        // The beginning: what ended before anybody asked is nobody's news.
        const from = Math.floor(now / 1000)
        const left = timetable.atOnce
        await writeBookmark(database.db, name, { from, at: now, open: [], left, busyUntil: now + BUSY_MS })
        return 0
      }
      const due = intervalMs === undefined ? nextSweep(bookmark, timetable) : bookmark.at + intervalMs
      if (!force && due > now) return 0
      return this.#sweep(account, bookmark, now)
    })
    return found ?? 0
  }

  async #sweep(account: Account, bookmark: Bookmark, now: number): Promise<number> {
    const { database, intake, clock, completionMs, onSweep } = this.#options
    const { db } = database
    const timetable = timetableOf(account.webhookSecrets.length > 0)
    // All pages are of the same stretch of time, however long they take to read.
    const to = Math.floor(now / 1000) + 1
    const from = Math.max(0, bookmark.from - OVERLAP_S)
    let lists = 0
    const onPage = () => {
      lists += 1
    }
    const listed = new Listed({ now, from, newSince: Math.floor(bookmark.at / 1000) + 1 })
    for await (const call of account.calls({ from, to }, onPage)) listed.take(call)
    const open = [...bookmark.open, ...listed.longOpen]
    const looked = await lookAtLongOpen({ account, db, now, open, listed, onPage })
    const found = await tellEnded(
      { account, database, intake, now, completionMs },
      listed.ended,
      looked.ended,
    )
    const left = listsLeft(bookmark, timetable, now) - lists + listed.fresh / CALLS_A_LIST
    const busy = found > 0 || listed.open > 0
    // Only now, with everything stored, may the next sweep begin later.
    await writeBookmark(db, account.name, {
      from: Math.min(listed.oldestOpen, to),
      at: now,
      open: looked.open,
      left: Math.min(timetable.atOnce, left),
      busyUntil: busy ? now + BUSY_MS : bookmark.busyUntil,
    })
    onSweep?.({ account: account.name, found, lists, startedAt: now, endedAt: clock.now() })
    return found
  }
}
