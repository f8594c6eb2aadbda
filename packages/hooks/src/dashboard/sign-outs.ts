import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../store/database.ts'
import type { Schema } from '../store/schema.ts'

const PREFIX = 'signed-out:'

/** A digest: whoever reads the database learns no part of a cookie. */
const keyOf = (claim: string) => PREFIX + createHash('sha256').update(claim).digest('base64url')

/** Remembers that a session was signed out of, until it would have ended by itself; forgets those that have. */
export async function markEnded(
  database: Database,
  claim: string,
  { until, now }: { readonly until: number; readonly now: number },
): Promise<void> {
  await database.transaction(async (db) => {
    await db
      .deleteFrom('meta')
      .where('key', 'like', `${PREFIX}%`)
      .where(sql<number>`cast(value as bigint)`, '<=', now)
      .execute()
    await db
      .insertInto('meta')
      .values({ key: keyOf(claim), value: String(until) })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute()
  })
}

export async function hasEnded(db: Kysely<Schema>, claim: string): Promise<boolean> {
  const row = await db.selectFrom('meta').select('key').where('key', '=', keyOf(claim)).executeTakeFirst()
  return row !== undefined
}
