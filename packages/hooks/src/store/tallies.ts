import { type Kysely, sql } from 'kysely'
import { type Database, rowsOf } from './database.ts'
import type { Schema } from './schema.ts'

export interface Tally {
  /** The beginning of the stretch of time that was counted. */
  readonly at: number
  readonly name: string
  readonly value: number
}

/** Adds to what was counted before, by this process or another. */
export async function addTallies(
  { dialect }: Database,
  db: Kysely<Schema>,
  tallies: readonly Tally[],
): Promise<void> {
  // Always in the same order, so that two processes cannot block one another.
  const sorted = [...tallies].sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
  const given = rowsOf(dialect, sorted, { at: 'bigint', name: 'text', value: 'bigint' })
  await sql`
    insert into tallies (at, name, value) select at, name, value from ${given} as given where true
    on conflict (at, name) do update set value = tallies.value + excluded.value`.execute(db)
}

export async function readTallies(db: Kysely<Schema>, from: number): Promise<Tally[]> {
  return db.selectFrom('tallies').selectAll().where('at', '>=', from).orderBy('at').execute()
}

export async function forgetTallies(db: Kysely<Schema>, before: number): Promise<void> {
  await db.deleteFrom('tallies').where('at', '<', before).execute()
}
