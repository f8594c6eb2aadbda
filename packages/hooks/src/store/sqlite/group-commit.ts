import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'

interface Job {
  readonly work: (db: Kysely<Schema>) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Done = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly error: unknown }

/**
 * Transactions that come in together share one commit, and with it one wait for the disk. Each has a savepoint of
 * its own, so that one that fails takes nothing else along; nobody hears of success before the commit.
 */
export class GroupCommit {
  readonly #db: Kysely<Schema>
  #queue: Job[] = []
  #running: Promise<void> | undefined

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  run<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject })
      this.#running ??= this.#drain()
    })
  }

  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // All that this turn of the event loop brings goes along.
      await new Promise((resolve) => setImmediate(resolve))
      const jobs = this.#queue.splice(0)
      try {
        const done = await this.#db.connection().execute((db) => commit(db, jobs))
        for (const one of done) {
          if ('error' in one) one.job.reject(one.error)
          else one.job.resolve(one.value)
        }
      } catch (error) {
        for (const { reject } of jobs) reject(error)
      }
    }
    this.#running = undefined
  }
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
