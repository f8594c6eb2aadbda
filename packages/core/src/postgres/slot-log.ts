import type { SlotLog } from '../engine/slot-log.ts'

/** As much of a pool of the package `pg` as is needed; any client with such a `query` will do. */
export interface QueryRunner {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly Record<string, unknown>[] }>
}

/** Which account’s minutes are shared, and where they are kept. */
export interface PostgresSlotLogOptions {
  /** Whose calls are counted together: any name, the same in all processes of one Movoice account. */
  readonly account: string
  /** The table, made on first use; `movoice_slots`. */
  readonly table?: string | undefined
  /** When the slot of a process that died is free again, in milliseconds; 300,000. */
  readonly leaseMs?: number | undefined
}

/** Others may free a slot at any time, and nobody tells us. */
const POLL_MS = 1_000
const NAME = /^[a-z_][a-z0-9_]{0,48}$/
/** Any number will do, as long as nobody else locks it: two processes must not make the table at once. */
const LOCK = 7_309_021

/**
 * A {@link SlotLog} in PostgreSQL, for processes that share one account's calls per minute. All times are the
 * database's, so the clocks of the processes do not matter. A row an account holds its slots; taking one is a single
 * statement, which the database runs for one process after the other.
 *
 * @throws {RangeError} if `table` is no plain name in lower case
 * @example
 * import pg from 'pg'
 * import { postgresSlotLog } from '@movoice-kit/core/postgres'
 * const slotLog = postgresSlotLog(new pg.Pool({ connectionString }), { account: 'acme' })
 * const movoice = new Movoice({ apiKey, plan: 'growth', slotLog })
 */
export function postgresSlotLog(
  pool: QueryRunner,
  { account, table = 'movoice_slots', leaseMs = 300_000 }: PostgresSlotLogOptions,
): SlotLog {
  if (!NAME.test(table))
    throw new RangeError('`table` must be a plain name in lower case, such as movoice_slots.')
  const sql = statements(table)
  let made: Promise<unknown> | undefined
  const ready = () => {
    made ??= pool.query(sql.make).catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
  return {
    pollMs: POLL_MS,
    async take(limit, gapMs) {
      await ready()
      const token = crypto.randomUUID()
      await pool.query(sql.enter, [account])
      const { rows } = await pool.query(sql.take, [account, limit, Math.ceil(gapMs), token, leaseMs])
      if (rows.length > 0) return { token }
      const told = await pool.query(sql.wait, [account, limit, Math.ceil(gapMs)])
      return { waitMs: Math.max(1, Number(told.rows[0]?.wait_ms ?? 0)) }
    },
    async release(token, ms) {
      await pool.query(
        ms <= 0 ? sql.drop : sql.keep,
        ms <= 0 ? [account, token] : [account, token, Math.ceil(ms)],
      )
    },
  }
}

function statements(table: string) {
  // Read when the row is locked, not when the statement began, which may have been long before.
  const now = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'
  const busy = `(SELECT coalesce(jsonb_object_agg(key, value), '{}'::jsonb) FROM jsonb_each(s.slots) WHERE value::bigint > ${now})`
  const count = `(SELECT count(*) FROM jsonb_each(s.slots) WHERE value::bigint > ${now})`
  return {
    make: `SELECT pg_advisory_xact_lock(${LOCK});
      CREATE TABLE IF NOT EXISTS ${table} (
        account text PRIMARY KEY,
        slots jsonb NOT NULL DEFAULT '{}',
        taken_at bigint NOT NULL DEFAULT 0
      )`,
    enter: `INSERT INTO ${table} (account) VALUES ($1) ON CONFLICT DO NOTHING`,
    take: `UPDATE ${table} AS s
      SET slots = ${busy} || jsonb_build_object($4::text, ${now} + $5::bigint), taken_at = ${now}
      WHERE account = $1 AND ${count} < $2::int AND taken_at + $3::bigint <= ${now}
      RETURNING 1`,
    wait: `SELECT greatest(
        s.taken_at + $3::bigint - ${now},
        CASE WHEN ${count} < $2::int THEN 0 ELSE (
          SELECT value::bigint - ${now} FROM jsonb_each(s.slots) WHERE value::bigint > ${now}
          ORDER BY value::bigint OFFSET greatest(0, ${count} - $2::int) LIMIT 1
        ) END
      ) AS wait_ms FROM ${table} AS s WHERE account = $1`,
    keep: `UPDATE ${table} SET slots = jsonb_set(slots, ARRAY[$2::text], to_jsonb(${now} + $3::bigint)) WHERE account = $1`,
    drop: `UPDATE ${table} SET slots = slots - $2::text WHERE account = $1`,
  }
}
