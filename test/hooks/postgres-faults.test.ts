import { systemClock } from '@movoice-kit/core'
import { completed, freshDatabase, openDatabase, Stage, until } from '@movoice-kit/hooks/testing'
import { expect, test } from 'vitest'
import { startKillablePostgres } from '../side/postgres/killable.ts'

test('a database that dies in the middle of a transaction ends the transaction, not the process', async () => {
  const postgres = await startKillablePostgres()
  try {
    const database = await openDatabase({ databaseUrl: await freshDatabase(postgres.url) })
    const read = () => database.db.selectFrom('meta').selectAll().execute()
    const work = database.transaction(async (db) => {
      await db.selectFrom('meta').selectAll().execute()
      // In vitest an error event that nobody listens to fails the run, as it would end a server.
      await postgres.kill()
      await new Promise((resolve) => setTimeout(resolve, 200))
      await db.selectFrom('meta').selectAll().execute()
    })
    await expect(work).rejects.toThrow()
    await postgres.restart()
    await until(async () => {
      try {
        return Array.isArray(await read())
      } catch {
        return false
      }
    }, 'a read after the restart')
    await database.close()
  } finally {
    await postgres.stop()
  }
}, 120_000)

test('what was in the hand of a process that nobody knows goes on', async () => {
  const postgres = await startKillablePostgres()
  const stage = new Stage()
  try {
    const databaseUrl = await freshDatabase(postgres.url)
    const receiver = await stage.receiver()
    const first = await stage.hooks({ databaseUrl })
    await first.client.subscribe({ target_url: receiver.url, event: '*' })
    await first.webhook(completed('call_1'))
    await until(() => receiver.received.length === 1)
    await first.hooks.close()
    // As if a process had been killed before it first said that it lives.
    const database = await openDatabase({ databaseUrl })
    await database.db.updateTable('deliveries').set({ lease: '1-gone', status: 'pending' }).execute()
    await database.close()
    await stage.hooks({ databaseUrl })
    await until(() => receiver.received.length === 2, 'the delivery')
  } finally {
    await stage.end()
    await postgres.stop()
  }
}, 120_000)

test('a server whose clock is a minute ahead takes nothing out of the hand of another', async () => {
  const postgres = await startKillablePostgres()
  const stage = new Stage()
  try {
    const databaseUrl = await freshDatabase(postgres.url)
    const receiver = await stage.receiver()
    let answered = 0
    receiver.answer = (_received, response) => {
      setTimeout(() => {
        answered += 1
        response.end()
      }, 5_000)
    }
    const first = await stage.hooks({ databaseUrl })
    await first.client.subscribe({ target_url: receiver.url, event: '*' })
    await first.webhook(completed('call_1'))
    await until(() => receiver.received.length === 1)
    // By its clock, the other has shown no sign of life for a minute.
    await stage.hooks({ databaseUrl, clock: { ...systemClock, now: () => Date.now() + 60_000 } })
    await until(() => answered === 1, 'the answer', 10_000)
    const delivered = async () => (await first.client.deliveries({ status: 'delivered' })).deliveries
    await until(async () => (await delivered()).length === 1)
    expect(receiver.received).toHaveLength(1)
  } finally {
    await stage.end()
    await postgres.stop()
  }
}, 120_000)
