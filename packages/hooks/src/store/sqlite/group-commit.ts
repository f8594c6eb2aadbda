import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import type { LogSync } from './log-sync.ts'

interface Job {
  readonly work: (db: Kysely<Schema>) => Promise<unknown>
  /** Whether it need not be on the disk. */
  readonly passing: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Done = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly error: unknown }

/**
 * Transactions that come in together share one commit, and with it one wait for the disk. Each has a savepoint of
 * its own, so that one that fails takes nothing else along; nobody hears of success before it is on the disk.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>
  readonly #log: LogSync | undefined
  readonly #onTheWay = new Set<Promise<void>>()
  #queue: Job[] = []
  #running: Promise<void> | undefined

  /** @param log synced after a commit; not given where a commit waits for the disk by itself */
  constructor(db: Kysely<Schema>, log: LogSync | undefined) {
    this.#db = db
    this.#log = log
  }

  run<T>(work: (db: Kysely<Schema>) => Promise<T>, { passing = false } = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, passing, resolve: resolve as (value: unknown) => void, reject })
      this.#running ??= this.#drain()
    })
  }

  /** Resolves once all is committed and everybody has heard of it. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
    await Promise.all(this.#onTheWay)
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // All that this turn of the event loop brings goes along.
      await new Promise((resolve) => setImmediate(resolve))
      const jobs = this.#queue.splice(0)
      try {
        const done = await this.#db.connection().execute((db) => commit(db, jobs))
        const waits = done.filter(({ job }) => !job.passing)
        for (const one of done) if (one.job.passing || 'error' in one) tell(one)
        // The next commit need not wait for this one's disk.
        if (waits.length > 0) this.#tellOnceOnDisk(waits)
      } catch (error) {
        for (const { reject } of jobs) reject(error)
      }
    }
    this.#running = undefined
  }

  #tellOnceOnDisk(done: readonly Done[]): void {
    if (this.#log === undefined) {
      for (const one of done) tell(one)
      return
    }
    const told = this.#log
      .sync()
      .then(
        () => {
          for (const one of done) tell(one)
        },
        (error: unknown) => {
          for (const { job } of done) job.reject(error)
        },
      )
      .finally(() => this.#onTheWay.delete(told))
    this.#onTheWay.add(told)
  }
}

function tell(one: Done): void {
  if ('error' in one) one.job.reject(one.error)
  else one.job.resolve(one.value)
}

async function commit(db: Kysely<Schema>, jobs: readonly Job[]): Promise<Done[]> {
  await sql`begin immediate`.execute(db)
  try {
    const done: Done[] = []
    for (const job of jobs) {
      await sql`savepoint job`.execute(db)
      try {
        done.push({ job, value: await job.work(db) })
      } catch (error) {
        // Where the whole transaction is gone, as on a full disk, this fails and all of them have failed.
        await sql`rollback to job`.execute(db)
        done.push({ job, error })
      }
      await sql`release job`.execute(db)
    }
    await sql`commit`.execute(db)
    return done
  } catch (error) {
    await sql`rollback`.execute(db).catch(() => undefined)
    throw error
  }
}
