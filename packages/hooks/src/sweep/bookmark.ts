import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'

/** Where the last sweep of an account got to. */
export interface Bookmark {
  /** Unix seconds: the next sweep begins here; the oldest call that had not ended by then. */
  readonly from: number
  /** When it was made, in milliseconds. */
  readonly at: number
  /** Older calls that had not ended, looked after one by one. */
  readonly open: readonly string[]
}

const keyOf = (account: string) => `sweep:${account}`

export async function readBookmark(db: Kysely<Schema>, account: string): Promise<Bookmark | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', keyOf(account)).executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.value) as Bookmark)
}

export async function writeBookmark(db: Kysely<Schema>, account: string, bookmark: Bookmark): Promise<void> {
  const value = JSON.stringify(bookmark)
  await db
    .insertInto('meta')
    .values({ key: keyOf(account), value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
