import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Draft } from '../calls/model.ts'
import type { Question } from '../guards/judge.ts'
import type { Database } from './database.ts'
import type { Tables } from './schema.ts'
import type { Vault } from './vault.ts'

/** Questions "place this call?", until they are answered or too old to be. */
export class DraftStore {
  readonly #database: Database
  readonly #vault: Vault

  constructor(database: Database, vault: Vault) {
    this.#database = database
    this.#vault = vault
  }

  /** Keeps a question; the same claim again gives the one that is there. */
  async keep(draft: Draft, claim: string): Promise<{ readonly draft: Draft; readonly isNew: boolean }> {
    const { db } = this.#database
    const { id, team, generation, answered, createdAt, ...data } = draft
    const made = await db
      .insertInto('drafts')
      .values({
        id,
        team,
        claim: fingerprint(claim),
        data: this.#vault.seal(JSON.stringify(data), `draft:${id}`),
        generation,
        answered: JSON.stringify(answered),
        created_at: createdAt,
      })
      .onConflict((conflict) => conflict.column('claim').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (made !== undefined) return { draft, isNew: true }
    const row = await db
      .selectFrom('drafts')
      .selectAll()
      .where('claim', '=', fingerprint(claim))
      .executeTakeFirstOrThrow()
    return { draft: this.#draftOf(row), isNew: false }
  }

  async get(id: string, team: string): Promise<Draft | undefined> {
    const row = await this.#database.db
      .selectFrom('drafts')
      .selectAll()
      .where('id', '=', id)
      .where('team', '=', team)
      .executeTakeFirst()
    return row && this.#draftOf(row)
  }

  /** Asks again: one more answer is noted, and answers to the old asking count no more. False if somebody was faster. */
  async askAgain(draft: Draft, answered: readonly Question[]): Promise<Draft | undefined> {
    const row = await this.#database.db
      .updateTable('drafts')
      .set({ generation: draft.generation + 1, answered: JSON.stringify(answered) })
      .where('id', '=', draft.id)
      .where('generation', '=', draft.generation)
      .returningAll()
      .executeTakeFirst()
    return row && this.#draftOf(row)
  }

  #draftOf(row: Selectable<Tables['drafts']>): Draft {
    const data = JSON.parse(this.#vault.open(row.data, `draft:${row.id}`)) as Omit<
      Draft,
      'id' | 'team' | 'generation' | 'answered' | 'createdAt'
    >
    return {
      id: row.id,
      team: row.team,
      ...data,
      generation: row.generation,
      answered: JSON.parse(row.answered) as Question[],
      createdAt: row.created_at,
    }
  }
}

/** A form's claim holds what was filled in; the form's nonce, which is kept nowhere else, makes it safe to digest. */
const fingerprint = (claim: string): string => createHash('sha256').update(claim).digest('base64url')
