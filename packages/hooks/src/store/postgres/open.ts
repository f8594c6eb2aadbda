import { randomBytes } from 'node:crypto'
import { CommandError } from '@movoice-kit/core/command'
import { Kysely, PostgresDialect, sql } from 'kysely'
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
  /** For tests: the newest step of an older version, from which an upgrade begins. */
  readonly upTo?: string | undefined
}

const INT8 = pg.types.builtins.INT8

/** Opens a PostgreSQL database and brings it up to date. @throws {@link CommandError} if it cannot be reached */
export async function openPostgres({
  url,
  maxConnections,
  onLost,
  upTo,
}: PostgresOptions): Promise<Database> {
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
  let risks: readonly string[]
  try {
    await migrate(db as Kysely<unknown>, 'postgres', upTo)
    risks = await readRisks(db)
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
  return {
    dialect: 'postgres',
    db,
    transaction: (work) => db.transaction().execute(work),
    passing: (work) => work(db),
    bell,
    risks,
    close: async () => {
      await bell.close()
      await db.destroy()
    },
  }
}

/**
 * Settings without which a commit may be gone after a loss of power, though it was answered.
 * Source: PostgreSQL's documentation, "Write Ahead Log".
 */
const LASTING = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply'],
}

async function readRisks(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ name: keyof typeof LASTING; setting: string }>`
    select name, setting from pg_settings where name in (${sql.join(Object.keys(LASTING))})`.execute(db)
  return rows
    .filter(({ name, setting }) => !LASTING[name].includes(setting))
    .map(({ name, setting }) => `${name} is ${setting}`)
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
