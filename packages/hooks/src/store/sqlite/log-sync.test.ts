import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { Stage } from '../../testing/start.ts'
import type { Schema } from '../schema.ts'
import { adaptSqlite } from './adapter.ts'
import { GroupCommit } from './group-commit.ts'
import { LogSync } from './log-sync.ts'

const stage = new Stage()
afterEach(() => stage.end())

/** A device that refuses to be synced, as a failing disk does. */
const REFUSES = '/dev/null'

test('what was written is synced, however many ask at once', async () => {
  const path = join(stage.folder(), 'log')
  writeFileSync(path, 'x')
  const log = new LogSync(path)
  await Promise.all(Array.from({ length: 50 }, () => log.sync()))
  await log.close()
})

test('after a sync that failed, nobody is ever told that something is on the disk', async () => {
  const log = new LogSync(REFUSES)
  await expect(log.sync()).rejects.toMatchObject({ code: 'EINVAL' })
  await expect(log.sync()).rejects.toMatchObject({ code: 'EINVAL' })
  await log.close()
})

test('a commit that did not reach the disk is no success; work that may be undone does not ask', async () => {
  const database = new DatabaseSync(':memory:')
  database.exec('create table meta (key text primary key, value text)')
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: adaptSqlite(database) }) })
  stage.defer(() => db.destroy())
  const log = new LogSync(REFUSES)
  const group = new GroupCommit(db, log)
  const put = (key: string, passing: boolean) =>
    group.run(
      async (tx) => {
        await tx.insertInto('meta').values({ key, value: 'x' }).execute()
        return key
      },
      { passing },
    )
  const [kept, passing, broken] = await Promise.allSettled([put('a', false), put('b', true), put('a', true)])
  expect(kept).toMatchObject({ status: 'rejected', reason: { code: 'EINVAL' } })
  expect(passing).toMatchObject({ status: 'fulfilled', value: 'b' })
  expect(broken).toMatchObject({ status: 'rejected' })
  await group.idle()
  await log.close()
})
