import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { CommandError } from '@movoice-kit/core/command'
import { Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { Tables } from './schema.ts'

export interface Database {
  readonly db: Kysely<Tables>
  readonly kind: 'sqlite' | 'postgres'
  /** Runs alone for one workspace: what it reads stays true until it has written. */
  alone<T>(team: string, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>
  /** Runs alone among all processes on this database; its own writes stay, whatever becomes of the work. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Where things are kept: a folder for SQLite, or a Postgres URL. */
export type Location = { readonly folder: string } | { readonly url: string }

export async function openDatabase(location: Location): Promise<Database> {
  return 'url' in location ? openPostgres(location.url) : openSqlite(location.folder)
}

// node:sqlite behind the small interface that Kysely's SQLite dialect asks of a driver.
function openSqlite(folder: string): Database {
  let file: DatabaseSync
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    file = new DatabaseSync(join(folder, 'slack.db'))
    // One process owns the file: what it finds unfinished at its start, nobody else is working on.
    file.exec(
      'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON',
    )
    file.exec('BEGIN IMMEDIATE; COMMIT')
  } catch (error) {
    throw new CommandError(
      `The data folder ${folder} cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      {
        hint: 'Choose another with --data, or stop the process that uses it.',
      },
    )
  }
  const database = {
    close: () => file.close(),
    prepare: (text: string) => {
      const statement = file.prepare(text)
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
        run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
        iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
      }
    },
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
  return {
    db,
    kind: 'sqlite',
    // The one connection has one transaction at a time.
    alone: (_team, work) => db.transaction().execute(work),
    // There is no other process, and this one asks once.
    exclusive: (_name, work) => work(),
    close: () => db.destroy(),
  }
}

const INT8 = 20

async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    // Times and counts are far below 2^53, so int8 may come as a number.
    types: { getTypeParser: (id, format) => (id === INT8 ? Number : pg.types.getTypeParser(id, format)) },
  })
  // Who holds a lock needs a second connection for its work: from one pool, ten who hold would wait for each other.
  const locks = new pg.Pool({ connectionString: url, max: 4 })
  let closed: Promise<void> | undefined
  for (const one of [pool, locks]) {
    // A connection that breaks while idle is replaced at the next query, which reports what is wrong.
    one.on('error', () => undefined)
    // Nobody listens to one that breaks while it is held between two statements: the event would end the process.
    one.on('connect', (client) => client.on('error', () => undefined))
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    await db.destroy()
    await locks.end()
    const code = (error as { readonly code?: unknown }).code
    throw new CommandError(`The database cannot be reached${typeof code === 'string' ? ` (${code})` : ''}.`, {
      hint: 'Check --database-url: host, port, user, password and the database’s name.',
    })
  }
  return {
    db,
    kind: 'postgres',
    alone: (team, work) =>
      db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtext(${team}))`.execute(tx)
        return work(tx)
      }),
    exclusive: async (name, work) => {
      const client = await locks.connect()
      try {
        await client.query('select pg_advisory_lock(hashtext($1))', [name])
        return await work()
      } finally {
        // The lock goes with the connection, which may be broken by now.
        client.release(true)
      }
    },
    close: () => {
      closed ??= db.destroy().then(() => locks.end())
      return closed
    },
  }
}
