import { randomUUID } from 'node:crypto'
import type { Database } from './database.ts'

/** Where several processes share a database, one that has not finished after this long is taken for dead. */
const DEAD_AFTER = 60_000

/** Requests of Slack's that were handled: Slack tells some of them twice. */
export class SeenStore {
  readonly #database: Database
  /** This process, in this life of it. */
  readonly #run = randomUUID()

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Does the work of one request once. What a process did not finish before it was killed is done anew when Slack,
   * or a person, tells it again: everything in it is safe to begin again, as each call has a claim of its own.
   */
  async once(claim: string, now: number, work: () => Promise<void>): Promise<void> {
    if (!(await this.#begin(claim, now))) return
    try {
      await work()
    } finally {
      await this.#database.db.updateTable('seen').set({ done: 1 }).where('claim', '=', claim).execute()
    }
  }

  async #begin(claim: string, now: number): Promise<boolean> {
    const { db, kind } = this.#database
    const first = await db
      .insertInto('seen')
      .values({ claim, at: now, run: this.#run, done: 0 })
      .onConflict((conflict) => conflict.column('claim').doNothing())
      .returning('claim')
      .executeTakeFirst()
    if (first !== undefined) return true
    let left = db
      .updateTable('seen')
      .set({ run: this.#run, at: now })
      .where('claim', '=', claim)
      .where('done', '=', 0)
      .where('run', '<>', this.#run)
    if (kind === 'postgres') left = left.where('at', '<', now - DEAD_AFTER)
    return (await left.returning('claim').executeTakeFirst()) !== undefined
  }
}
