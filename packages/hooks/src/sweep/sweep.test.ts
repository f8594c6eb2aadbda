import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Movoice, systemClock } from '@movoice-kit/core'
import { until } from '@movoice-kit/core/testing'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterEach, expect, test } from 'vitest'
import { ScriptedApi } from '../testing/scripted-api.ts'
import { SECRET, Stage } from '../testing/start.ts'

const stage = new Stage()
afterEach(() => stage.end())

async function setUp() {
  const sandbox = await createSandbox({
    speed: 0,
    plan: 'enterprise',
    startAt: Math.floor(Date.now() / 1000),
  })
  stage.defer(() => sandbox.close())
  const movoice = new Movoice({ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl })
  const [agent] = (await movoice.agents.list()).items
  const control = async (path: string, body?: object) => {
    const answer = await fetch(`${sandbox.controlUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    return (await answer.json()) as Record<string, unknown>
  }
  const call = (number: string) =>
    movoice.calls.create({ agent_id: agent?.agent_id ?? '', recipient_phone: `+1202555${number}` })
  const api = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl }
  const requests = async () =>
    ((await control('/requests')).requests as { method: string; path: string }[]).filter(
      ({ method, path }) => method === 'GET' && path.includes('/calls'),
    )
  return { control, call, api, requests }
}

test('what ended while the relay was down is found, made whole, and told once', async () => {
  const { control, call, api } = await setUp()
  const receiver = await stage.receiver()
  const options = { ...api, dataDir: stage.folder(), completionMs: 1_000, sweepIntervalMs: 100 }
  const before = await stage.hooks(options)
  await before.client.subscribe({ target_url: receiver.url, event: '*' })
  // The first look is a beginning: it marks where to go on from.
  await before.hooks.close()
  // Its webhook comes to nobody, and Movoice gives up after 2.6 hours.
  await control('/webhook', { url: 'http://127.0.0.1:1/movoice', secret: SECRET })
  const placed: { readonly call_id: string }[] = []
  for (const number of ['0101', '0102', '0103', '0114']) placed.push(await call(number))
  await control('/advance', { seconds: 4 * 3600 })
  const after = await stage.hooks(options)
  await until(() => receiver.received.length >= placed.length, 'four deliveries')
  await until(async () => (await after.client.deliveries({ status: 'pending' })).deliveries.length === 0)
  expect(receiver.events.map(({ id }) => id).sort()).toEqual(
    [
      `${placed[0]?.call_id}:call.completed`,
      `${placed[1]?.call_id}:call.failed`,
      `${placed[2]?.call_id}:call.failed`,
      `${placed[3]?.call_id}:call.completed`,
    ].sort(),
  )
  const told = receiver.events.find(({ id }) => id === `${placed[0]?.call_id}:call.completed`)
  expect(told).toMatchObject({ source: 'sweep', recipient_phone: '+12025550101', outcome: 'BOOKED' })
  expect(told?.agent_name).toEqual(expect.any(String))
  expect(told?.summary).toEqual(expect.any(String))
})

test('the same event by webhook five times and by sweep makes one delivery', async () => {
  const { control, call, api } = await setUp()
  const receiver = await stage.receiver()
  const running = await stage.hooks({
    ...api,
    webhookSecret: SECRET,
    completionMs: 500,
    sweepIntervalMs: 50,
  })
  await running.client.subscribe({ target_url: receiver.url, event: 'call.completed' })
  await control('/webhook', { url: `${running.hooks.url}/movoice`, secret: SECRET })
  const { call_id } = await call('0115')
  await control('/advance', { seconds: 600 })
  for (let time = 0; time < 5; time += 1) {
    await running.webhook({ event_type: 'call.completed', call_id, duration: 1 })
  }
  await until(() => receiver.received.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toHaveLength(1)
  expect((await running.client.events({ type: 'call.completed' })).events).toHaveLength(1)
})

test('a bookmark as an older version wrote it loses none of the calls that were open then', async () => {
  const receiver = await stage.receiver()
  const dataDir = stage.folder()
  const before = await stage.hooks({ dataDir })
  await before.client.subscribe({ target_url: receiver.url, event: '*' })
  await before.hooks.close()
  const now = Math.floor(Date.now() / 1000)
  const database = new DatabaseSync(join(dataDir, 'hooks.db'))
  const bookmark = {
    from: now - 3_600,
    at: (now - 3_600) * 1000,
    open: ['call_long', 'call_gone', 'call_on'],
  }
  database
    .prepare('insert into meta (key, value) values (?, ?)')
    .run('sweep:default', JSON.stringify(bookmark))
  database.close()
  const api = new ScriptedApi(systemClock)
  api.calls.push(
    { id: 'call_long', created: now - 20_000, ended: now - 60 },
    { id: 'call_on', created: now - 20_000, ended: now + 3_600 },
    { id: 'call_late', created: now - 1_000, ended: now - 900 },
  )
  await stage.hooks({ dataDir, apiKey: 'sk_scripted', transport: api.transport })
  await until(() => receiver.received.length === 2)
  expect(receiver.events.map(({ call_id }) => call_id).sort()).toEqual(['call_late', 'call_long'])
})
