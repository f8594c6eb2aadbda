import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const MAX_STATEMENTS = 200

/** `node:sqlite` as Kysely's SQLite dialect wants it, with its prepared statements kept. */
export function adaptSqlite(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>()
  return {
    close: () => {
      kept.clear()
      database.close()
    },
    prepare: (text) => {
      const known = kept.get(text)
      if (known !== undefined) return known
      const made = adaptStatement(database.prepare(text))
      if (kept.size >= MAX_STATEMENTS) kept.delete(kept.keys().next().value ?? '')
      kept.set(text, made)
      return made
    },
  }
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  }
}
