import type { Call } from '@movoice-kit/core/contract'
import { Cancellation, type Clock, isMovoiceError, type MovoiceClient } from '@movoice-kit/core/engine'
import { toCallEvent } from '@movoice-kit/core/events'
import type { Account } from '../accounts.ts'
import type { Intake } from '../ingest/intake.ts'
import type { Database } from '../store/database.ts'
import { withLeadership } from '../store/leadership.ts'
import type { Log } from '../telemetry/log.ts'
import { type Bookmark, readBookmark, writeBookmark } from './bookmark.ts'

export interface SweepOptions {
  readonly database: Database
  readonly clock: Clock
  readonly accounts: ReadonlyMap<string, Account>
  readonly intake: Intake
  readonly log: Log
  /** Between two sweeps, in milliseconds; by default 15 minutes, or 1 minute for an account without webhooks. */
  readonly intervalMs?: number | undefined
  readonly completionMs: number
  /** Told of every sweep that was made. */
  readonly onSweep?: ((account: string, found: number) => void) | undefined
}

const WITH_WEBHOOKS_MS = 15 * 60_000
const ALONE_MS = 60_000
/** Their clock and ours may differ, and a call may be listed a little after it was created. */
const OVERLAP_S = 120
/** A call that is still open after so long is looked after by its id, so that it holds nothing back. */
const LONG_OPEN_S = 2 * 3600
/** One that is still open then is given up. */
const GIVE_UP_S = 8 * 24 * 3600
const LOOK_MS = 1_000
const MAX_OPEN = 1_000

/** Finds in `GET /calls` what webhooks missed. What an agent did during a call cannot be found there. */
export class Sweep {
  readonly #options: SweepOptions
  readonly #stop = new Cancellation()
  #loop: Promise<void> | undefined

  constructor(options: SweepOptions) {
    this.#options = options
  }

  start(): void {
    const any = [...this.#options.accounts.values()].some(({ movoice }) => movoice !== undefined)
    if (any) this.#loop ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.cancel()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { clock, accounts, log } = this.#options
    const next = new Map<string, number>()
    while (!this.#stop.signal.aborted) {
      for (const account of accounts.values()) {
        if (account.movoice === undefined || (next.get(account.name) ?? 0) > clock.now()) continue
        if (this.#stop.signal.aborted) return
        try {
          await this.once(account.name)
        } catch (error) {
          const why = isMovoiceError(error) ? { code: error.code, status: error.status } : { err: error }
          log.warn(
            { ...why, account: account.name },
            'a sweep failed; what it would have found is found by the next',
          )
        }
        // Also when another process made it: then its bookmark says so, and nothing is asked.
        next.set(account.name, clock.now() + Math.min(this.#intervalOf(account), ALONE_MS))
      }
      const soonest = Math.min(...next.values())
      await clock.sleep(Math.max(LOOK_MS, soonest - clock.now()), this.#stop.signal)
    }
  }

  #intervalOf(account: Account): number {
    return this.#options.intervalMs ?? (account.webhookSecrets.length > 0 ? WITH_WEBHOOKS_MS : ALONE_MS)
  }

  /**
   * One sweep of an account, if one is due and no other process makes it. Resolves to how many events it found
   * that nobody knew of.
   */
  async once(name: string, { force = false } = {}): Promise<number> {
    const { database, accounts, clock } = this.#options
    const account = accounts.get(name)
    if (account?.movoice === undefined) return 0
    const { movoice } = account
    const found = await withLeadership(database, `sweep:${name}`, async () => {
      const now = clock.now()
      const bookmark = await readBookmark(database.db, name)
      if (bookmark === undefined) {
        // The beginning: what ended before anybody asked is nobody's news.
        const from = Math.floor(now / 1000)
        await writeBookmark(database.db, name, { from, at: now, open: [] })
        return 0
      }
      if (!force && bookmark.at + this.#intervalOf(account) > now) return 0
      return this.#sweep(account, movoice, bookmark, now)
    })
    return found ?? 0
  }

  async #sweep(account: Account, movoice: MovoiceClient, bookmark: Bookmark, now: number): Promise<number> {
    const { database, onSweep } = this.#options
    // All pages are of the same stretch of time, however long they take to read.
    const to = Math.floor(now / 1000) + 1
    const from = Math.max(0, bookmark.from - OVERLAP_S)
    const ended: Call[] = []
    const open = new Set(bookmark.open)
    let oldest = to
    for await (const call of movoice.calls.list({ from, to })) {
      if (isOver(call)) {
        ended.push(call)
        open.delete(call.call_id)
        continue
      }
      const created = call.created_at ?? from
      // A call for later has not begun to be open.
      const since = Math.max(created, call.schedule_at ?? 0)
      if (since > now / 1000 - LONG_OPEN_S && created > now / 1000 - LONG_OPEN_S)
        oldest = Math.min(oldest, created)
      else if (open.size < MAX_OPEN) open.add(call.call_id)
    }
    for (const id of [...open]) {
      const call = await movoice.calls.get(id).catch((error: unknown) => {
        if (isMovoiceError(error) && error.status === 404) return undefined
        throw error
      })
      const begun = Math.max(call?.created_at ?? 0, call?.schedule_at ?? 0)
      if (call !== undefined && isOver(call)) ended.push(call)
      else if (call !== undefined && begun > now / 1000 - GIVE_UP_S) continue
      open.delete(id)
    }
    const found = await this.#tell(account, ended, now)
    // Only now, with everything stored, may the next sweep begin later.
    await writeBookmark(database.db, account.name, { from: Math.min(oldest, to), at: now, open: [...open] })
    onSweep?.(account.name, found)
    return found
  }

  async #tell(account: Account, ended: readonly Call[], now: number): Promise<number> {
    const { database, intake, completionMs } = this.#options
    const events = ended.map((call) => toCallEvent(call, undefined, { receivedAt: now, source: 'sweep' }))
    const known = new Set<string>()
    for (let at = 0; at < events.length; at += 500) {
      const ids = events.slice(at, at + 500).map(({ id }) => id)
      const rows = await database.db
        .selectFrom('events')
        .select('id')
        .where('account', '=', account.name)
        .where('id', 'in', ids)
        .execute()
      for (const { id } of rows) known.add(id)
    }
    const taken = await Promise.all(
      events
        .filter(({ id }) => !known.has(id))
        .map((event) =>
          intake.take({
            account: account.name,
            event,
            receivedAt: now,
            source: 'sweep',
            waitUntil: now + completionMs,
          }),
        ),
    )
    return taken.filter((one) => one === 'new').length
  }
}

const isOver = ({ status }: Call): boolean => status === 'completed' || status === 'failed'
