// A database that dies takes along what was being done with it, and nothing else.
import { expect, test } from 'vitest'
import { openDatabase } from '../../../packages/slack/src/store/database.ts'
import { startKillablePostgres } from '../postgres/killable.ts'

test('a database that dies while a lock is held and in the middle of a transaction does not end the process', async () => {
  const postgres = await startKillablePostgres()
  try {
    const database = await openDatabase({ url: postgres.url })
    // In vitest an error event that nobody listens to fails the run, as it would end a server.
    const held = database.exclusive('renewal', async () => {
      await database.alone('T1', async () => {
        await postgres.kill()
        await new Promise((resolve) => setTimeout(resolve, 300))
      })
    })
    await expect(held).rejects.toThrow()
    await postgres.restart()
    await expect
      .poll(() => database.exclusive('renewal', async () => 'done').catch(() => undefined), {
        timeout: 20_000,
      })
      .toBe('done')
    await database.close()
  } finally {
    await postgres.stop()
  }
}, 120_000)
