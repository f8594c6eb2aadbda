import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Schema } from './schema.ts'

export type Dialect = 'sqlite' | 'postgres'

/** Tells other processes on the same database that there may be something to do. A ring that is lost is only late. */
export interface Bell {
  /** May be called often: rings that follow one another closely are one. */
  ring(): void
  /** Told when another process rang, or may have. */
  listen(listener: () => void): void
}

/** An open database: one set of queries for both dialects, and what little differs between them. */
export interface Database {
  readonly dialect: Dialect
  readonly db: Kysely<Schema>
  /** Work that is done whole or not at all, and is on disk once it resolves. */
  transaction<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  /**
   * Work whose steps may each stand alone and be undone by a loss of power: the embedded database waits for no disk,
   * the other for no end of a transaction.
   */
  passing<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>
  readonly bell: Bell
  /** How much its disk has room for, in bytes, where that can be known: an embedded database's. */
  readonly free?: () => Promise<number>
  /** Settings of the database under which a loss of power may take what was answered, such as `fsync is off`. */
  readonly risks: readonly string[]
  close(): Promise<void>
}

type ColumnKind = 'text' | 'bigint' | 'integer'

/**
 * Many rows as one parameter, to insert or update them in one statement that is the same text whatever their
 * number: a table expression with the given columns.
 */
export function rowsOf(
  dialect: Dialect,
  rows: readonly object[],
  columns: Readonly<Record<string, ColumnKind>>,
): RawBuilder<unknown> {
  const names = Object.keys(columns)
  if (dialect === 'sqlite') {
    // By position rather than by name: SQLite finds an element of an array sooner than a key of an object.
    const json = JSON.stringify(rows.map((row) => names.map((name) => row[name as keyof typeof row])))
    const picked = names.map((name, place) => sql`value ->> ${sql.lit(place)} as ${sql.ref(name)}`)
    return sql`(select ${sql.join(picked)} from json_each(${json}))`
  }
  const json = JSON.stringify(rows)
  const typed = names.map((name) => sql`${sql.ref(name)} ${sql.raw(columns[name] ?? 'text')}`)
  return sql`(select * from json_to_recordset(${json}::json) as given(${sql.join(typed)}))`
}

/** Passes over rows that another process has in hand; SQLite has one writer at a time and needs nothing. */
export const skipLocked = (dialect: Dialect): RawBuilder<unknown> =>
  dialect === 'postgres' ? sql`for update skip locked` : sql``
