import { chmodSync, copyFileSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { completed, Stage } from '../../testing/start.ts'
import { openSqlite } from './open.ts'

const stage = new Stage()
afterEach(() => stage.end())

test('a backup made while the server runs is a server again', async () => {
  const dataDir = stage.folder()
  const running = await stage.hooks({ dataDir })
  for (let call = 0; call < 20; call += 1) await running.webhook(completed(`call_${call}`))
  const backup = join(stage.folder(), 'backup.db')
  const reader = new DatabaseSync(join(dataDir, 'hooks.db'))
  reader.exec(`vacuum into '${backup}'`)
  reader.close()
  await running.webhook(completed('call_later'))
  const restored = join(stage.folder(), 'restored')
  mkdirSync(restored)
  copyFileSync(backup, join(restored, 'hooks.db'))
  const again = await stage.hooks({ dataDir: restored })
  expect((await again.client.events({ limit: 100 })).events).toHaveLength(20)
})

test('nobody else on the machine can read the database, also where its folder was there before', async () => {
  const folder = stage.folder()
  chmodSync(folder, 0o755)
  const database = await openSqlite({ folder })
  stage.defer(() => database.close())
  for (const file of ['hooks.db', 'hooks.db-wal', 'hooks.db-shm']) {
    expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600])
  }
})

test('a transaction that fails takes nothing else along, and one commit holds many', async () => {
  const database = await openSqlite({ folder: stage.folder() })
  stage.defer(() => database.close())
  const put = (key: string, fail = false) =>
    database.transaction(async (db) => {
      await db.insertInto('meta').values({ key, value: 'x' }).execute()
      if (fail) throw new Error(`no ${key}`)
      return key
    })
  const results = await Promise.allSettled([put('a'), put('b', true), put('c'), put('a'), put('d')])
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  const rows = await database.db.selectFrom('meta').select('key').orderBy('key').execute()
  expect(rows.map(({ key }) => key)).toEqual(['a', 'c', 'd'])
})
