import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CommandError } from '@movoice-kit/core/command'
import { Kysely, SqliteDialect } from 'kysely'
import type { Database } from '../database.ts'
import { migrate } from '../migrations.ts'
import type { Schema } from '../schema.ts'
import { adaptSqlite } from './adapter.ts'
import { GroupCommit } from './group-commit.ts'
import { LogSync } from './log-sync.ts'

export interface SqliteOptions {
  readonly folder: string
  /** The most the database file may grow to; without a bound if not given. */
  readonly maxBytes?: number | undefined
  /**
   * Whether the process stands still while a commit goes to the disk. For tests on a clock of their own, which know
   * only by turns of the event loop when work is done; elsewhere the disk is waited for beside everything else.
   */
  readonly standStill?: boolean | undefined
  /** Whether nothing need outlive the process: then no commit waits for the disk. */
  readonly temporary?: boolean | undefined
  /** For tests: the newest step of an older version, from which an upgrade begins. */
  readonly upTo?: string | undefined
}

const PAGE_BYTES = 4096

/**
 * Opens the database of a data folder, which is this process's alone until it is closed.
 *
 * @throws {@link CommandError} if the folder cannot be used, or another process uses it
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { folder, maxBytes, standStill = false, temporary = false, upTo } = options
  const beside = !standStill && !temporary
  const lock = explained(folder, () => {
    makeFolder(resolve(folder))
    return takeLock(folder)
  })
  try {
    const database = explained(folder, () => {
      const file = join(folder, 'hooks.db')
      const isNew = !existsSync(file)
      const opened = new DatabaseSync(file)
      // It holds numbers, transcripts and secrets; what SQLite puts beside it has the same rights. Of one that was
      // there before, somebody may have decided otherwise.
      if (isNew) chmodSync(file, 0o600)
      // FULL: a commit is on the disk when it returns. NORMAL: the log is whole at any moment, and is on the disk once
      // it was synced, which is done for every commit before anybody hears of it.
      opened.exec(`pragma journal_mode = wal; pragma synchronous = ${temporary ? 'off' : beside ? 'normal' : 'full'};
        pragma temp_store = memory`)
      if (maxBytes !== undefined) opened.exec(`pragma max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`)
      return opened
    })
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: adaptSqlite(database) }) })
    try {
      await migrate(db as Kysely<unknown>, 'sqlite', upTo)
    } catch (error) {
      database.close()
      throw explain(folder, error)
    }
    const log = beside ? new LogSync(join(folder, 'hooks.db-wal')) : undefined
    const group = new GroupCommit(db, log)
    return {
      dialect: 'sqlite',
      db,
      transaction: (work) => group.run(work),
      passing: (work) => group.run(work, { passing: true }),
      // Nobody else is on it.
      risks: [],
      free: async () => {
        const { blocks, bavail, bsize } = await statfs(folder)
        // Some file systems do not tell.
        return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize
      },
      bell: { ring: () => undefined, listen: () => undefined },
      close: async () => {
        await group.idle()
        await log?.close()
        await db.destroy()
        lock.close()
      },
    }
  } catch (error) {
    lock.close()
    throw error
  }
}

/** Parent by parent: where a system folder refuses them, Node's own recursive way can try for ever. */
function makeFolder(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false })
  if (there?.isDirectory() === true) return
  if (there !== undefined) throw Object.assign(new Error(`${folder} is a file`), { code: 'ENOTDIR' })
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

/** A lock of the operating system's, held by an open transaction: it ends with the process, however that ends. */
function takeLock(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'hooks.lock'))
  try {
    lock.exec('pragma journal_mode = delete; begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

function explained<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explain(folder, error)
  }
}

const SQLITE = { busy: 5, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 } as const

/** The primary code of an error of SQLite's, `undefined` for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | null)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

function explain(folder: string, error: unknown): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  const sqlite = sqliteCode(error)
  if (sqlite === SQLITE.busy) {
    return new CommandError(`The data folder ${folder} is in use by another hooks server.`, {
      hint: 'Stop that one, or choose another folder with --data.',
    })
  }
  if (
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS' ||
    code === 'ENOENT' ||
    sqlite === SQLITE.readonly ||
    sqlite === SQLITE.cantopen
  ) {
    return new CommandError(`The data folder ${folder} cannot be written to.`, {
      hint: 'Give this user the right to write there, or choose another folder with --data.',
    })
  }
  if (code === 'ENOSPC' || sqlite === SQLITE.full || sqlite === SQLITE.ioerr) {
    return new CommandError(`The disk of the data folder ${folder} is full or failing.`, {
      hint: 'Free some space, or choose another folder with --data.',
    })
  }
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    return new CommandError(`${folder} is a file, so no data folder can be made there.`, {
      hint: 'Choose another folder with --data.',
    })
  }
  if (sqlite === SQLITE.corrupt || sqlite === SQLITE.notadb) {
    return new CommandError(`The database in ${folder} is damaged.`, {
      hint: 'Put a backup in its place, or choose an empty folder with --data.',
    })
  }
  return error
}
