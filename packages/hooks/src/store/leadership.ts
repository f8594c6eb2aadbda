import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from './database.ts'

/**
 * Runs work that one process at a time may do, or returns `undefined` if another is at it. The lock is the
 * session's: it ends with the process or its connection, however that comes about.
 */
export async function withLeadership<T>(
  database: Database,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  // The data folder is one process's alone.
  if (database.dialect === 'sqlite') return work()
  const key = createHash('sha256').update(`movoice-hooks:${name}`).digest().readBigInt64BE(0).toString()
  return database.db.connection().execute(async (session) => {
    const { rows } = await sql<{ taken: boolean }>`
      select pg_try_advisory_lock(${key}::bigint) as taken`.execute(session)
    if (rows[0]?.taken !== true) return undefined
    try {
      return await work()
    } finally {
      await sql`select pg_advisory_unlock(${key}::bigint)`.execute(session)
    }
  })
}
