// What the hooks server promises, held to on both of its databases.
import type { HooksOptions } from '@movoice-kit/hooks'
import { completed, freshDatabase, Stage, until } from '@movoice-kit/hooks/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type KillablePostgres, startKillablePostgres } from '../side/postgres/killable.ts'

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
}, 120_000)
afterAll(() => postgres.stop())

const stage = new Stage()
afterEach(() => stage.end())

const stores: [string, () => Promise<HooksOptions>][] = [
  ['SQLite', async () => ({ dataDir: stage.folder() })],
  ['PostgreSQL', async () => ({ databaseUrl: await freshDatabase(postgres.url) })],
]

describe.each(stores)('on %s', (name, store) => {
  test('an event is told once to each subscription, whatever comes again', async () => {
    const receiver = await stage.receiver()
    const running = await stage.hooks(await store())
    for (const event of ['*', 'call.completed', 'call.failed']) {
      await running.client.subscribe({ target_url: receiver.url, event })
    }
    const sent = Array.from({ length: 200 }, (_, index) => running.webhook(completed(`call_${index % 40}`)))
    const statuses = (await Promise.all(sent)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([202]))
    await until(() => receiver.received.length >= 80, '80 deliveries')
    await until(async () => (await running.client.deliveries({ status: 'pending' })).deliveries.length === 0)
    expect(receiver.received).toHaveLength(80)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(80)
  })

  test('what was not told before a stop is told after it, under the same id', async () => {
    const receiver = await stage.receiver()
    receiver.answer = (_received, response) => response.writeHead(500).end()
    const options = await store()
    const first = await stage.hooks(options)
    await first.client.subscribe({ target_url: receiver.url, event: '*' })
    await first.webhook(completed('call_1'))
    await until(async () => (await first.client.deliveries()).deliveries[0]?.attempts === 1)
    await first.hooks.close()
    receiver.answer = (_received, response) => response.writeHead(200).end()
    const second = await stage.hooks(options)
    const [delivery] = (await second.client.deliveries()).deliveries
    await second.client.retry(delivery?.id ?? '')
    await until(async () => (await second.client.deliveries({ status: 'delivered' })).deliveries.length === 1)
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      delivery?.id,
      delivery?.id,
    ])
  })

  test('410 ends a subscription, and 302 is a failure that is not followed', async () => {
    const receiver = await stage.receiver()
    receiver.answer = (_received, response, request) =>
      request.url === '/gone'
        ? response.writeHead(410).end()
        : response.writeHead(302, { location: receiver.url.replace('/hook', '/elsewhere') }).end()
    const { client, webhook } = bound(await stage.hooks(await store()))
    const gone = await client.subscribe({ target_url: receiver.url.replace('/hook', '/gone'), event: '*' })
    await client.subscribe({ target_url: receiver.url, event: '*' })
    await webhook(completed('call_1'))
    await until(async () => (await client.get(gone.id)).status === 'ended')
    await until(async () => (await client.deliveries({ status: 'pending' })).deliveries[0]?.attempts === 1)
    const { deliveries } = await client.deliveries()
    expect(deliveries.map(({ status, last_status }) => [status, last_status]).sort()).toEqual([
      ['cancelled', 410],
      ['pending', 302],
    ])
    expect(deliveries.find(({ last_status }) => last_status === 302)?.last_error).toContain('not followed')
    expect(receiver.received).toHaveLength(2)
  })

  test('a filter is applied before anything is queued', async () => {
    const receiver = await stage.receiver()
    const { client, webhook } = bound(await stage.hooks(await store()))
    await client.subscribe({
      target_url: receiver.url,
      event: 'call.completed',
      filter: { outcome: ['BOOKED', 'CALLBACK'], min_duration: 30, sentiment: 'Positive' },
    })
    await webhook(completed('call_1'))
    await webhook(completed('call_2', { outcome: 'REFUSED' }))
    await webhook(completed('call_3', { duration: 29 }))
    await webhook(completed('call_4', { duration: null }))
    await webhook(completed('call_5', { sentiment: 'negative' }))
    await webhook(completed('call_6', { outcome: 'CALLBACK' }))
    await until(() => receiver.received.length === 2)
    expect((await client.deliveries()).deliveries.map(({ event_id }) => event_id).sort()).toEqual([
      'call_1:call.completed',
      'call_6:call.completed',
    ])
  })

  test('many pages of events are read without a gap', async () => {
    const { client, webhook } = bound(await stage.hooks(await store()))
    for (let call = 0; call < 25; call += 1) await webhook(completed(`call_${call}`))
    const seen: (string | null)[] = []
    let cursor: string | undefined
    do {
      const page = await client.events({ limit: 10, ...(cursor !== undefined && { cursor }) })
      seen.push(...page.events.map(({ call_id }) => call_id))
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `call_${24 - index}`))
  })

  test('subscribing again with the same key gives the same subscription', async () => {
    const receiver = await stage.receiver()
    const { client } = await stage.hooks(await store())
    const input = { target_url: receiver.url, event: '*', idempotency_key: 'zap_1' }
    const first = await client.subscribe(input)
    const [second, third] = await Promise.all([client.subscribe(input), client.subscribe(input)])
    expect([second.id, third.id]).toEqual([first.id, first.id])
    await client.unsubscribe(first.id)
    expect((await client.subscribe(input)).id).not.toBe(first.id)
  })

  test('old events can be sent to a new subscription, once each', async () => {
    const receiver = await stage.receiver()
    const { client, webhook } = bound(await stage.hooks(await store()))
    for (const call of ['call_1', 'call_2', 'call_3']) await webhook(completed(call))
    const { id } = await client.subscribe({ target_url: receiver.url, event: 'call.completed' })
    expect(
      await client.replayMany({ hook_id: id, event_ids: ['call_1:call.completed', 'call_3:call.completed'] }),
    ).toBe(2)
    await until(() => receiver.received.length === 2)
    await until(async () => (await client.deliveries({ status: 'delivered' })).deliveries.length === 2)
    expect(await client.replayMany({ status: 'delivered', from: 0 })).toBe(2)
    await until(() => receiver.received.length === 4)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
  })

  test('a replay holds all of its range, however many, and nothing that comes in meanwhile', async () => {
    const receiver = await stage.receiver()
    const { client, webhook } = bound(await stage.hooks(await store()))
    await Promise.all(Array.from({ length: 1_201 }, (_, call) => webhook(completed(`call_${call}`))))
    const limits = { concurrency: 256 }
    const { id } = await client.subscribe({ target_url: receiver.url, event: '*', limits })
    expect(await client.replayMany({ hook_id: id })).toBe(1_201)
    await until(() => receiver.received.length === 1_201, 'all of them', 30_000)
    await client.update(id, { paused: true })
    receiver.received.length = 0
    const stored = async () => (await client.deliveries({ status: 'pending' })).deliveries.length === 0
    await until(stored, 'all of them being stored')
    expect(await client.replayMany({ status: 'delivered' })).toBe(1_201)
    await client.update(id, { paused: false })
    await until(() => receiver.received.length === 1_201, 'all of them again', 30_000)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1_201)
  })

  test('what no database can keep is refused by itself, and what came at the same moment is stored', async () => {
    const running = await stage.hooks(await store())
    const { client, request } = { client: running.client, request: running.request.bind(running) }
    const bad = [
      completed('a\0b'),
      completed('\ud800'),
      completed('x'.repeat(100_000)),
      { event_type: 'x\0', call_id: 'a' },
      JSON.stringify(completed('deep')).replace('42', `${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    ]
    const good = Array.from({ length: 50 }, (_, call) =>
      completed(`call_${call}`, { note: 'a NUL \0 in passing' }),
    )
    const statuses = await Promise.all(
      good.flatMap((one, index) => {
        const hostile = bad[index]
        return [running.webhook(one), ...(hostile === undefined ? [] : [running.webhook(hostile)])]
      }),
    )
    expect(statuses.map(({ status }) => status).sort()).toEqual(
      [...good.map(() => 202), ...bad.map(() => 400)].sort(),
    )
    expect((await client.events({ limit: 100 })).events).toHaveLength(50)
    for (const path of ['/events?type=a%00', '/events/a%00b', '/deliveries?hook_id=a%00', '/hooks/a%00']) {
      expect((await request(path)).status).toBe(400)
    }
    const body = JSON.stringify({ target_url: 'http://127.0.0.1:9/', event: '*', description: 'a\0' })
    expect((await request('/hooks', { method: 'POST', body })).status).toBe(400)
    for (const path of ['/events?cursor=999999999999999', '/deliveries?cursor=999999999999999']) {
      expect((await request(path)).status).toBe(200)
    }
    const replay = async (times: string) => (await request('/replay', { method: 'POST', body: times })).status
    expect(await replay('{"from":1e308}')).toBe(400)
    expect(await replay('{"from":1.23456,"to":1800000000.5}')).toBe(202)
    const soon = JSON.stringify({ target_url: 'http://127.0.0.1:9/', event: '*', expires_at: 4e9 + 0.12345 })
    expect((await request('/hooks', { method: 'POST', body: soon })).status).toBe(201)
  })

  if (name === 'PostgreSQL') {
    test('several processes share the work, and none of it is done twice', async () => {
      const receiver = await stage.receiver()
      const options = await store()
      const [first, second, third] = [
        await stage.hooks(options),
        await stage.hooks(options),
        await stage.hooks(options),
      ]
      await first.client.subscribe({ target_url: receiver.url, event: '*' })
      const { id } = await second.client.subscribe({ target_url: receiver.url, event: '*', once: true })
      const all = [first, second, third]
      // As Movoice does, whoever hears that it could not be stored in time sends it again.
      const send = async (index: number) => {
        for (;;) {
          const { status } = (await all[index % 3]?.webhook(completed(`call_${index % 100}`))) ?? {
            status: 0,
          }
          if (status !== 503) return status
        }
      }
      const sent = await Promise.all(Array.from({ length: 300 }, (_, index) => send(index)))
      expect(new Set(sent)).toEqual(new Set([202]))
      await until(() => receiver.received.length >= 101, 'all deliveries')
      await until(async () => (await third.client.deliveries({ status: 'pending' })).deliveries.length === 0)
      expect(receiver.received).toHaveLength(101)
      expect((await third.client.deliveries({ hook_id: id })).deliveries).toHaveLength(1)
    })
  }
})

function bound(running: Awaited<ReturnType<Stage['hooks']>>) {
  return { client: running.client, webhook: running.webhook.bind(running) }
}
