// A backup of the PostgreSQL database is a server again: with its subscriptions, and with what was still to be told.
import { until } from '@movoice-kit/core/testing'
import { completed, freshDatabase, Stage } from '@movoice-kit/hooks/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type KillablePostgres, startKillablePostgres } from '../side/postgres/killable.ts'

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
}, 120_000)
afterAll(() => postgres.stop())

const stage = new Stage()
afterEach(() => stage.end())

test('a copy goes on where its original was: same subscriptions, same ids, nothing told twice', async () => {
  const receiver = await stage.receiver()
  let works = true
  receiver.answer = (_received, response) => response.writeHead(works ? 200 : 400).end()
  const databaseUrl = await freshDatabase(postgres.url)
  const first = await stage.hooks({ databaseUrl })
  const { id, secret } = await first.client.subscribe({ target_url: receiver.url, event: '*' })
  await first.webhook(completed('call_told'))
  await until(async () => (await first.client.deliveries({ status: 'delivered' })).deliveries.length === 1)
  works = false
  for (let call = 0; call < 20; call += 1) await first.webhook(completed(`call_${call}`))
  await until(() => receiver.received.length === 21, 'an attempt for each')
  await first.hooks.close()
  const copy = await freshDatabase(postgres.url, databaseUrl)
  works = true
  const tried = receiver.received.slice(1).map(({ headers }) => headers['webhook-id'])
  receiver.received.length = 0
  const second = await stage.hooks({ databaseUrl: copy })
  expect(await second.client.get(id)).toMatchObject({ status: 'active', target_url: receiver.url })
  expect(secret).toMatch(/^whsec_/)
  for (const { id: delivery } of (await second.client.deliveries({ status: 'pending', limit: 100 }))
    .deliveries) {
    await second.client.retry(delivery)
  }
  await until(() => receiver.received.length === 20)
  expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual([...tried].sort())
  // What it knew is known to it, and what is new has its place.
  const again = (await (await second.webhook(completed('call_told'))).json()) as { repeat: boolean }
  expect(again.repeat).toBe(true)
  await second.webhook(completed('call_new'))
  await until(() => receiver.received.length === 21)
  expect((await second.client.events({ limit: 100 })).events).toHaveLength(22)
})
