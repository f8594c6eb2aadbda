import { randomBytes } from 'node:crypto'
import { CommandError } from '@movoice-kit/core/command'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from '../database.ts'
import { migrate } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { PostgresBell } from './bell.ts'

export interface PostgresOptions {
  readonly url: string
  readonly maxConnections?: number | undefined
  /** Told when an idle connection is lost: the pool makes a new one by itself. */
  readonly onLost?: ((error: Error) => void) | undefined
}

const INT8 = pg.types.builtins.INT8

/** Opens a PostgreSQL database and brings it up to date. @throws {@link CommandError} if it cannot be reached */
export async function openPostgres({ url, maxConnections, onLost }: PostgresOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections ?? 10,
    application_name: 'movoice-hooks',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: {
      // Times in milliseconds and row numbers: far below what a number holds exactly.
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  // Without a listener, a connection lost while idle would end the process.
  pool.on('error', (error) => onLost?.(error))
  // The pool listens to connections that are idle, and nobody to one that is lost between two statements of a
  // transaction: the next statement tells of it, but the event alone would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db as Kysely<unknown>, 'postgres')
  } catch (error) {
    await db.destroy()
    throw explain(url, error)
  }
  const bell = new PostgresBell({
    connectionString: url,
    name: randomBytes(9).toString('base64url'),
    say: (channel, name) => pool.query('select pg_notify($1, $2)', [channel, name]),
    onLost,
  })
  const transaction: Database['transaction'] = (work) => db.transaction().execute(work)
  return {
    dialect: 'postgres',
    db,
    transaction,
    // Other processes go by what is in hand, so it must outlive the database's own crash.
    passing: transaction,
    bell,
    close: async () => {
      await bell.close()
      await db.destroy()
    },
  }
}

function explain(url: string, error: unknown): unknown {
  const { code, errors } = error as { readonly code?: unknown; readonly errors?: { code?: unknown }[] }
  const why = code ?? errors?.[0]?.code
  const where = placeOf(url)
  if (why === '28P01' || why === '28000') {
    return new CommandError(`PostgreSQL at ${where} refuses this user or password.`, {
      hint: 'Check HOOKS_DATABASE_URL.',
    })
  }
  if (why === '3D000') {
    return new CommandError(`PostgreSQL at ${where} has no such database.`, {
      hint: 'Create it, or correct HOOKS_DATABASE_URL.',
    })
  }
  if (typeof why === 'string' && /^E[A-Z]+$/.test(why)) {
    return new CommandError(`PostgreSQL at ${where} cannot be reached (${why}).`, {
      hint: 'Start it, or correct HOOKS_DATABASE_URL.',
    })
  }
  return error
}

/** Host and port of a database's URL, never its password. */
function placeOf(url: string): string {
  try {
    const { hostname, port } = new URL(url)
    return `${hostname || 'localhost'}:${port || '5432'}`
  } catch {
    return 'the given URL'
  }
}
