import type { Clock } from '@movoice-kit/core/engine'
import { sql } from 'kysely'
import type { Database } from '../store/database.ts'

export interface ReadinessOptions {
  readonly database: Database
  readonly clock: Clock
  readonly stopping: () => boolean
  /** How long the database may take, in milliseconds; 2,000. */
  readonly boundMs?: number | undefined
}

/** Whoever asks often is told what was found last: each look writes to the disk. */
const FRESH_MS = 1_000
/** As much as a large event takes. */
const ROOM_BYTES = 64 * 1024
/** As much as the largest takes, which holds what came as well. The log is written to long before its disk says no. */
const FREE_BYTES = 2 * 1024 * 1024
const NO_ROOM = 'The database has no room left.'

/** Takes back what was tried. */
class TakenBack extends Error {}

/** Whether this process could take a webhook now: its database can be written to, soon, and has room. */
export class Readiness {
  readonly #options: ReadinessOptions
  #last: { readonly at: number; readonly problem: Promise<string | undefined> } | undefined

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /** Why it is not ready, in a sentence; `undefined` if it is. */
  async problem(): Promise<string | undefined> {
    const { clock, stopping } = this.#options
    if (stopping()) return 'The server is stopping.'
    const now = clock.now()
    if (this.#last === undefined || Math.abs(now - this.#last.at) >= FRESH_MS) {
      this.#last = { at: now, problem: this.#look() }
    }
    return this.#last.problem
  }

  async #look(): Promise<string | undefined> {
    const { database, boundMs = 2_000 } = this.#options
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`The database did not answer within ${boundMs} ms.`), boundMs)
    })
    try {
      return await Promise.race([writeProblem(database), tooLong])
    } finally {
      clearTimeout(timer)
    }
  }
}

async function writeProblem(database: Database): Promise<string | undefined> {
  try {
    // A write, as a full disk still lets itself be read.
    await database.transaction(async (db) => {
      await sql`insert into meta (key, value) values ('ready', '1')
        on conflict (key) do update set value = '1'`.execute(db)
    })
  } catch {
    return 'The database cannot be written to.'
  }
  // PostgreSQL says only on writing that its disk is full, and what is in the way then is not ours alone.
  if (database.dialect === 'postgres') return undefined
  const free = await database.free?.().catch(() => undefined)
  if (free !== undefined && free < FREE_BYTES) return NO_ROOM
  try {
    await database.transaction(async (db) => {
      await sql`insert into meta (key, value) values ('room', ${'x'.repeat(ROOM_BYTES)})`.execute(db)
      throw new TakenBack()
    })
  } catch (error) {
    return error instanceof TakenBack ? undefined : NO_ROOM
  }
  return undefined
}
