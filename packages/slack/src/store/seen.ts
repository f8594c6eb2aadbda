import type { Database } from './database.ts'

/** Requests of Slack's that were handled: Slack tells some of them twice. */
export class SeenStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** True for the first who says so, for ever after false: how one request of Slack's is handled once. */
  async firstTime(claim: string, now: number): Promise<boolean> {
    const row = await this.#database.db
      .insertInto('seen')
      .values({ claim, at: now })
      .onConflict((conflict) => conflict.column('claim').doNothing())
      .returning('claim')
      .executeTakeFirst()
    return row !== undefined
  }
}
