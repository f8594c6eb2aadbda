import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { Stage } from '../testing/start.ts'
import { migrate } from './migrations.ts'
import type { Schema } from './schema.ts'
import { adaptSqlite } from './sqlite/adapter.ts'

const stage = new Stage()
afterEach(() => stage.end())

test.each(['0001-tables', '0002-tallies'])(
  'a database as of %s is brought up to date with everything in it',
  async (step) => {
    const dataDir = stage.folder()
    const database = new DatabaseSync(join(dataDir, 'hooks.db'))
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: adaptSqlite(database) }) })
    await migrate(db as Kysely<unknown>, 'sqlite', step)
    const body = JSON.stringify({ id: 'call_1:call.completed', type: 'call.completed', call_id: 'call_1' })
    await db
      .insertInto('events')
      .values({
        account: 'default',
        id: 'call_1:call.completed',
        type: 'call.completed',
        call_id: 'call_1',
        state: 'ready',
        received_at: Date.now(),
        source: 'webhook',
        body,
      })
      .execute()
    await db.destroy()
    const { request } = await stage
      .hooks({ dataDir })
      .then((running) => ({ request: running.request.bind(running) }))
    expect(await (await request('/events')).json()).toMatchObject({ events: [{ call_id: 'call_1' }] })
    // A second start finds nothing to do.
    await stage.end()
  },
)
