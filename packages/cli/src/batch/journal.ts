import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Call } from '@movoice-kit/core'
import { CommandError, ConfigurationError } from '@movoice-kit/core/command'
import type { Person } from './people-file.ts'

/**
 * Where a row stands. `claimed`: a call for it may be on its way. `placed`: it was. `unknown`: it may have been.
 * `refused`: it was not, and will not be. `over`: it was, and how it ended is known.
 */
export type RowState = 'waiting' | 'claimed' | 'placed' | 'unknown' | 'refused' | 'over'

export interface Row {
  readonly line: number
  readonly phone: string
  readonly variables: Readonly<Record<string, string>>
  readonly state: RowState
  /** Milliseconds since 1970. */
  readonly claimedAt: number | null
  readonly callId: string | null
  /** Why it stands where it stands, for people. */
  readonly note: string | null
  /** The call as it was last seen. */
  readonly call: Call | null
}

/** What a journal is of: a run for something else must not be taken for this one. */
export interface Purpose {
  readonly agent: string
  readonly baseUrl: string
}

/** "MVBJ": tells this file from any other database. */
const APPLICATION_ID = 0x4d56424a

/**
 * What was done for each row of a file, on disk before it is done: after a crash, no row is called that may have been
 * called before. The file is locked as long as its process lives, so that two runs never work on one list.
 *
 * It is SQLite, as that gives both: a lock the system takes back from a dead process, and a record that is whole after
 * any crash. `synchronous=FULL` puts every claim through to the disk before the call is sent.
 */
export class Journal {
  readonly #db: DatabaseSync
  readonly #path: string
  /** Whom the file names that this run is of. */
  readonly #listed = new Set<string>()

  private constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
  }

  /** @throws {@link CommandError} if it cannot be used, {@link ConfigurationError} if it is of something else */
  static open(path: string, purpose: Purpose): Journal {
    let db: DatabaseSync | undefined
    try {
      // Made by us, as SQLite would let others read it: it holds phone numbers.
      closeSync(openSync(path, 'a', 0o600))
      db = new DatabaseSync(path)
      db.exec(
        'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN EXCLUSIVE',
      )
      prepare(db, path)
      db.exec('COMMIT')
      const journal = new Journal(db, path)
      journal.#isOf(purpose, path)
      return journal
    } catch (error) {
      db?.close()
      throw explained(error, path)
    }
  }

  /**
   * Brings it in line with the file: takes in who is new, and lets go of who was taken out of the file before anything
   * was done for them. Everybody else keeps what was done.
   */
  take(people: readonly Person[]): void {
    for (const { phone } of people) this.#listed.add(phone)
    const gone = this.rows('waiting').filter(({ phone }) => !this.lists(phone))
    const forget = this.#db.prepare('delete from people where phone = ?')
    const insert = this.#db.prepare(
      "insert into people (phone, line, variables, state) values (?, ?, ?, 'waiting') on conflict (phone) do update set line = excluded.line, variables = case when people.state = 'waiting' then excluded.variables else people.variables end",
    )
    this.#all(() => {
      for (const { phone } of gone) forget.run(phone)
      for (const { phone, line, variables } of people) insert.run(phone, line, JSON.stringify(variables))
    })
  }

  /** Whether the file of this run names this number. */
  lists(phone: string): boolean {
    return this.#listed.has(phone)
  }

  rows(...states: RowState[]): Row[] {
    const wanted = states.map((state) => `'${state}'`).join(', ')
    const where = states.length === 0 ? '' : `where state in (${wanted})`
    const found = this.#db.prepare(`select * from people ${where} order by line, rowid`).all()
    return found.map((row) => ({
      line: Number(row.line),
      phone: String(row.phone),
      variables: JSON.parse(String(row.variables)) as Row['variables'],
      state: row.state as RowState,
      claimedAt: row.claimed_at === null ? null : Number(row.claimed_at),
      callId: row.call_id === null ? null : String(row.call_id),
      note: row.note === null ? null : String(row.note),
      call: row.call === null ? null : (JSON.parse(String(row.call)) as Call),
    }))
  }

  /** On disk when it comes back. Throws if the row is not waiting: then somebody has claimed it before. */
  claim(phone: string, at: number): void {
    const changes = this.#write(
      "update people set state = 'claimed', claimed_at = ?, note = null where phone = ? and state = 'waiting'",
      at,
      phone,
    )
    if (changes !== 1) throw new Error(`A row was claimed that was not waiting.`)
  }

  /** Provably nothing was sent for it. */
  release(phone: string): void {
    this.#write("update people set state = 'waiting', claimed_at = null, note = null where phone = ?", phone)
  }

  placed(phone: string, callId: string): void {
    this.#write("update people set state = 'placed', call_id = ?, note = null where phone = ?", callId, phone)
  }

  unknown(phone: string, note: string): void {
    this.#write("update people set state = 'unknown', note = ? where phone = ?", note, phone)
  }

  refused(phone: string, note: string): void {
    this.#write("update people set state = 'refused', note = ? where phone = ?", note, phone)
  }

  /** The call as it is now; `over` if nothing more happens to it. */
  seen(phone: string, call: Call, over: boolean): void {
    this.#write(
      "update people set call = ?, state = case when ? then 'over' else state end where phone = ?",
      JSON.stringify(call),
      over ? 1 : 0,
      phone,
    )
  }

  close(): void {
    this.#db.close()
  }

  /** How many rows it changed. */
  #write(statement: string, ...values: (string | number)[]): number {
    try {
      return Number(this.#db.prepare(statement).run(...values).changes)
    } catch (error) {
      throw explained(error, this.#path)
    }
  }

  #all(work: () => void): void {
    this.#db.exec('BEGIN')
    try {
      work()
      this.#db.exec('COMMIT')
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw explained(error, this.#path)
    }
  }

  #isOf({ agent, baseUrl }: Purpose, path: string): void {
    const { agent: by, base_url: at } = this.#db.prepare('select * from purpose').get() ?? {}
    if (by === undefined) {
      this.#db.prepare('insert into purpose (agent, base_url) values (?, ?)').run(agent, baseUrl)
      return
    }
    const other = by !== agent ? `with the agent ${by}` : at !== baseUrl ? `through ${at}` : undefined
    if (other === undefined) return
    throw new ConfigurationError(
      '--journal',
      `${path} is of a run ${other}`,
      'Give another file with --journal to call these people in a run of its own.',
    )
  }
}

function prepare(db: DatabaseSync, path: string): void {
  const id = Number(db.prepare('PRAGMA application_id').get()?.application_id)
  if (id === APPLICATION_ID) return
  const tables = Number(db.prepare('select count(*) as n from sqlite_schema').get()?.n)
  if (id !== 0 || tables > 0) throw new ConfigurationError('--journal', `${path} is another kind of file`)
  db.exec(`
    PRAGMA application_id = ${APPLICATION_ID};
    create table purpose (agent text not null, base_url text not null) strict;
    create table people (
      phone text primary key, line integer not null, variables text not null, state text not null,
      claimed_at integer, call_id text, note text, call text
    ) strict;`)
}

/** What SQLite and the file system say, as a sentence with a next step. */
function explained(error: unknown, path: string): unknown {
  const { code, errcode } = error as { readonly code?: string; readonly errcode?: number }
  if (code === 'ERR_SQLITE_ERROR') {
    if (errcode === 5) {
      return new CommandError(`Another run is at work with ${path}.`, {
        hint: 'Wait until it is over, or stop it: two runs could call one person twice.',
      })
    }
    if (errcode === 26) return new ConfigurationError('--journal', `${path} is another kind of file`)
    return new CommandError(`${path} cannot be written (${(error as Error).message}).`, {
      hint: 'No call is placed that is not written down there: see to the disk, then run the same command again.',
    })
  }
  if (code !== undefined && /^E[A-Z]+$/.test(code)) {
    return new CommandError(`${path} cannot be written (${code}).`, {
      hint: 'Give another file with --journal.',
      exitCode: 2,
    })
  }
  return error
}
