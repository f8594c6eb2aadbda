import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'

/** A call that had not ended when it was listed, and is looked after by its id. */
export interface OpenCall {
  readonly id: string
  /** Unix seconds: since when it is under way. */
  readonly since: number
  /** When it is looked at next, in milliseconds. */
  readonly lookAt: number
}

/** Where the last sweep of an account got to. */
export interface Bookmark {
  /** Unix seconds: the next sweep begins here; the oldest call that had not ended by then. */
  readonly from: number
  /** When it was made, in milliseconds. All calls created before have been listed once. */
  readonly at: number
  readonly open: readonly OpenCall[]
  /** How many lists could be asked for just after it. */
  readonly left: number
  /** Until when there was something to look out for, in milliseconds. */
  readonly busyUntil: number
}

/** As it was written before, when open calls were known by their ids alone. */
type Stored = Pick<Bookmark, 'from' | 'at'> & {
  readonly open: readonly (OpenCall | string)[]
  readonly left?: number
  readonly busyUntil?: number
}

const keyOf = (account: string) => `sweep:${account}`

export async function readBookmark(db: Kysely<Schema>, account: string): Promise<Bookmark | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', keyOf(account)).executeTakeFirst()
  if (row === undefined) return undefined
  const { from, at, open, left = 1, busyUntil = 0 } = JSON.parse(row.value) as Stored
  return {
    from,
    at,
    left,
    busyUntil,
    open: open.map((one) => (typeof one === 'string' ? { id: one, since: from, lookAt: at } : one)),
  }
}

export async function writeBookmark(db: Kysely<Schema>, account: string, bookmark: Bookmark): Promise<void> {
  const value = JSON.stringify(bookmark)
  await db
    .insertInto('meta')
    .values({ key: keyOf(account), value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}
