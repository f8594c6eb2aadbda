import type { Database } from './database.ts'
import type { Vault } from './vault.ts'

/** Events of calls, each kept once. */
export class EventStore {
  readonly #database: Database
  readonly #vault: Vault

  constructor(database: Database, vault: Vault) {
    this.#database = database
    this.#vault = vault
  }

  /** Keeps an event; false if it is there already. */
  async keep(id: string, callId: string, body: unknown, now: number): Promise<boolean> {
    const row = await this.#database.db
      .insertInto('events')
      .values({ id, call_id: callId, body: this.#vault.seal(JSON.stringify(body), `event:${id}`), at: now })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst()
    return row !== undefined
  }

  async of(callId: string): Promise<unknown[]> {
    const rows = await this.#database.db
      .selectFrom('events')
      .select(['id', 'body'])
      .where('call_id', '=', callId)
      .orderBy('at')
      .execute()
    return rows.map((row) => JSON.parse(this.#vault.open(row.body, `event:${row.id}`)) as unknown)
  }
}
