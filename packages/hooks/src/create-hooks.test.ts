import { createHash } from 'node:crypto'
import { Movoice } from '@movoice-kit/core'
import { callEvent } from '@movoice-kit/core/events'
import { until } from '@movoice-kit/core/testing'
import { createSandbox } from '@movoice-kit/sandbox'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test } from 'vitest'
import { completed, Stage } from './testing/start.ts'

const stage = new Stage()
afterEach(() => stage.end())

describe('a webhook', () => {
  test('is stored, and told once to each subscription that wants it, signed by the public standard', async () => {
    const receiver = await stage.receiver()
    const { client, webhook } = bound(await stage.hooks())
    const { secret } = await client.subscribe({ target_url: receiver.url, event: 'call.completed' })
    await client.subscribe({ target_url: receiver.url, event: 'call.failed' })
    await client.subscribe({ target_url: receiver.url, event: '*', filter: { outcome: ['REFUSED'] } })
    for (let time = 0; time < 5; time += 1) {
      const answer = await webhook(completed('call_1'))
      expect(answer.status).toBe(202)
      expect(await answer.json()).toEqual({ received: true, id: 'call_1:call.completed', repeat: time > 0 })
    }
    await webhook(completed('call_2', { outcome: 'REFUSED' }))
    await until(() => receiver.received.length >= 3, 'three deliveries')
    await until(async () => (await client.deliveries({ status: 'delivered' })).deliveries.length === 3)
    expect(receiver.events.map(({ id }) => id).sort()).toEqual([
      'call_1:call.completed',
      'call_2:call.completed',
      'call_2:call.completed',
    ])
    const first = receiver.received[0]
    expect(new Webhook(secret).verify(first?.body ?? '', first?.headers as Record<string, string>)).toEqual(
      JSON.parse(first?.body ?? ''),
    )
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
    const { events } = await client.events({ type: 'call.completed' })
    expect(events.map(({ call_id }) => call_id)).toEqual(['call_2', 'call_1'])
    for (const event of events) expect(callEvent.safeParse(event).success).toBe(true)
  })

  test('outlives a stop of the server, and so do subscriptions and what was not yet told', async () => {
    const receiver = await stage.receiver()
    receiver.answer = (_received, response) => response.writeHead(503).end()
    const dataDir = stage.folder()
    const first = await stage.hooks({ dataDir })
    await first.client.subscribe({ target_url: receiver.url, event: '*' })
    await first.webhook(completed('call_1'))
    await until(async () => (await first.client.deliveries()).deliveries[0]?.attempts === 1)
    await first.hooks.close()
    receiver.answer = (_received, response) => response.writeHead(204).end()
    const second = await stage.hooks({ dataDir })
    const [delivery] = (await second.client.deliveries()).deliveries
    expect(delivery).toMatchObject({ status: 'pending', attempts: 1, last_status: 503 })
    await second.client.retry(delivery?.id ?? '')
    await until(async () => (await second.client.deliveries({ status: 'delivered' })).deliveries.length === 1)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([delivery?.id]),
    )
  })

  test('of a kind nobody knows is kept and passed on', async () => {
    const receiver = await stage.receiver()
    const { client, webhook } = bound(await stage.hooks())
    await client.subscribe({ target_url: receiver.url, event: 'call.dreamt' })
    expect((await webhook({ event_type: 'call.dreamt', call_id: 'call_1', colour: 'blue' })).status).toBe(202)
    await until(() => receiver.received.length === 1)
    expect(receiver.events[0]).toMatchObject({ type: 'call.dreamt', raw: { colour: 'blue' } })
  })
})

describe('what is wrong is refused in one line, and the server stays up', () => {
  const big = JSON.stringify(completed('call_1', { summary: 'x'.repeat(5 * 1024 * 1024) }))
  test.each([
    ['a wrong signature', completed('call_1'), 'another secret', 401, 'signature_mismatch'],
    ['bad JSON', '{"event_type":', undefined, 400, 'validation_failed'],
    ['no call', { event_type: 'call.completed' }, undefined, 400, 'validation_failed'],
    ['a body of 5 MB', big, undefined, 413, 'too_large'],
  ])('%s', async (_what, payload, secret, status, code) => {
    const { client, webhook, hooks } = bound(await stage.hooks())
    const answer = await webhook(payload, secret === undefined ? {} : { secret })
    expect(answer.status).toBe(status)
    const { error } = (await answer.json()) as { error: { code: string; message: string } }
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^[^\n]+\.$/)
    expect((await webhook(completed('call_2'))).status).toBe(202)
    expect((await client.events()).events.map(({ call_id }) => call_id)).toEqual(['call_2'])
    expect((await fetch(`${hooks.url}/readyz`)).status).toBe(200)
  })

  test('no signature at all', async () => {
    const { hooks } = await stage.hooks()
    const answer = await fetch(`${hooks.url}/movoice`, {
      method: 'POST',
      body: JSON.stringify(completed('c')),
    })
    expect(answer.status).toBe(401)
  })

  test('a full disk', async () => {
    const { client, webhook, hooks } = bound(await stage.hooks({ maxBytes: 400_000 }))
    let stored = 0
    let status = 0
    for (let call = 0; call < 200 && status !== 503; call += 1) {
      const answer = await webhook(completed(`call_${call}`, { summary: 'x'.repeat(20_000) }))
      status = answer.status
      if (status === 202) stored += 1
      else expect(answer.headers.get('retry-after')).toBe('30')
    }
    expect(status).toBe(503)
    expect(stored).toBeGreaterThan(0)
    expect((await client.events({ limit: 100 })).events).toHaveLength(stored)
    expect((await fetch(`${hooks.url}/livez`)).status).toBe(200)
  })

  test.each([
    ['POST', '/hooks', {}, 400, 'target_url is missing; event is missing.'],
    [
      'POST',
      '/hooks',
      { target_url: 'nowhere', event: '*' },
      400,
      'target_url must be a whole URL, such as https://example.com/hook.',
    ],
    [
      'POST',
      '/hooks',
      { target_url: 'http://example.com', event: '*' },
      400,
      'target_url must be an https URL.',
    ],
    [
      'POST',
      '/hooks',
      { target_url: 'https://10.0.0.1/', event: '*' },
      400,
      'target_url must not lead into a private or special network.',
    ],
    [
      'POST',
      '/hooks',
      { target_url: 'https://example.com/', event: '*', filter: { agent: 'a' } },
      400,
      'filter.agent is not a field of this request.',
    ],
    ['GET', '/hooks/hook_none', undefined, 404, 'There is no hook "hook_none".'],
    ['GET', '/events?limit=x', undefined, 400, 'limit must be a whole number from 1 to 100.'],
    ['GET', '/nowhere', undefined, 404, 'There is nothing at GET /nowhere.'],
  ])('%s %s %j', async (method, path, body, status, message) => {
    const { request } = bound(await stage.hooks())
    const answer = await request(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    expect(await answer.json()).toMatchObject({ error: { message } })
    expect(answer.status).toBe(status)
  })

  test('no token, or a wrong one', async () => {
    const { hooks } = await stage.hooks()
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const answer = await fetch(`${hooks.url}/events`, { headers })
      expect(answer.status).toBe(401)
      expect(await answer.text()).not.toContain(hooks.token)
    }
  })
})

test('a completion is made whole by the API, with agent, number and transcript', async () => {
  const sandbox = await createSandbox({ speed: 0 })
  stage.defer(() => sandbox.close())
  const receiver = await stage.receiver()
  const { client, hooks } = await stage.hooks({ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl })
  await client.subscribe({ target_url: receiver.url, event: 'call.completed' })
  const control = (path: string, body: object) =>
    fetch(`${sandbox.controlUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await control('/webhook', { url: `${hooks.url}/movoice`, secret: 'movoice-secret' })
  const movoice = new Movoice({ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl })
  const [agent] = (await movoice.agents.list()).items
  const call = await movoice.calls.create({
    agent_id: agent?.agent_id ?? '',
    recipient_phone: '+12025550101',
    variables: { name: 'Asha' },
  })
  await control('/advance', { seconds: 600 })
  await until(() => receiver.received.length > 0, 'the delivery')
  expect(receiver.events[0]).toMatchObject({
    id: `${call.call_id}:call.completed`,
    agent_id: agent?.agent_id,
    agent_name: agent?.name,
    recipient_phone: '+12025550101',
    outcome: 'BOOKED',
    source: 'webhook',
    variables: { name: 'Asha' },
  })
  expect(receiver.events[0]?.transcript).toEqual(expect.stringContaining(':'))
})

test('what nobody knew in time is null, and named to whoever is told or asks', async () => {
  const sandbox = await createSandbox({ speed: 0 })
  stage.defer(() => sandbox.close())
  const receiver = await stage.receiver()
  const { apiKey, baseUrl } = sandbox
  const running = await stage.hooks({ apiKey, baseUrl, completionMs: 0 })
  await running.client.subscribe({ target_url: receiver.url, event: '*' })
  await running.webhook(completed('call_unknown', { summary: undefined }))
  await until(() => receiver.received.length === 1)
  const missing = 'agent_id,recipient_phone,summary,transcript'
  expect(receiver.events[0]).toMatchObject({ agent_id: null, recipient_phone: null, summary: null })
  expect(receiver.received[0]?.headers['movoice-missing']).toBe(missing)
  const asked = await running.request('/events/call_unknown:call.completed')
  expect(asked.headers.get('movoice-missing')).toBe(missing)
  expect(await asked.json()).toEqual(receiver.events[0])
})

test('a subscription for one event takes one and ends', async () => {
  const receiver = await stage.receiver()
  const { client, webhook } = bound(await stage.hooks())
  const filter = { call_id: 'call_2' }
  const { id } = await client.subscribe({ target_url: receiver.url, event: '*', once: true, filter })
  for (const call of ['call_1', 'call_2', 'call_3']) await webhook(completed(call))
  await webhook({ event_type: 'action.triggered', call_id: 'call_2' })
  await until(() => receiver.received.length === 1)
  await until(async () => (await client.deliveries({ status: 'delivered' })).deliveries.length === 1)
  expect(receiver.events[0]).toMatchObject({ id: 'call_2:call.completed' })
  expect(await client.get(id)).toMatchObject({ status: 'ended' })
  expect((await client.deliveries()).deliveries).toHaveLength(1)
  expect(await client.list()).toEqual([])
})

test('the client subscribes, looks, pauses, goes on and unsubscribes', async () => {
  const receiver = await stage.receiver()
  const { client, webhook } = bound(await stage.hooks())
  expect((await client.events({ sample: true, type: 'call.failed' })).events[0]).toMatchObject({
    type: 'call.failed',
    source: 'sample',
  })
  const made = await client.subscribe({ target_url: receiver.url, event: '*', description: 'A Zap' })
  expect(made.secret).toMatch(/^whsec_/)
  expect(await client.list()).toEqual([await client.get(made.id)])
  expect(JSON.stringify(await client.get(made.id))).not.toContain(made.secret)
  await client.update(made.id, { paused: true })
  await webhook(completed('call_1'))
  expect((await client.deliveries()).deliveries[0]).toMatchObject({ status: 'held', attempts: 0 })
  await client.update(made.id, { paused: false })
  await until(() => receiver.received.length === 1)
  await until(async () => (await client.deliveries({ status: 'delivered' })).deliveries.length === 1)
  expect(await client.replay('call_1:call.completed')).toBe(1)
  await until(() => receiver.received.length === 2)
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(await client.unsubscribe(made.id)).toBe(true)
  expect(await client.unsubscribe(made.id)).toBe(false)
  await webhook(completed('call_2'))
  expect((await client.deliveries({ hook_id: made.id })).deliveries).toHaveLength(1)
  await expect(client.get('hook_none')).rejects.toMatchObject({ name: 'NotFoundError', status: 404 })
})

/** Methods to use by themselves. */
function bound(running: Awaited<ReturnType<Stage['hooks']>>) {
  const { client, hooks } = running
  return { client, hooks, webhook: running.webhook.bind(running), request: running.request.bind(running) }
}

test('where nothing is sent, a type of it is no fault', async () => {
  const running = await stage.hooks()
  const { id } = await running.client.subscribe({ target_url: 'http://127.0.0.1:9/', event: '*' })
  const ask = async (method: string, path: string) => {
    const headers = { 'content-type': 'application/json' }
    return (await running.request(`/hooks/${id}${path}`, { method, headers })).status
  }
  expect(await ask('POST', '/test')).toBe(200)
  expect(await ask('POST', '/rotate-secret')).toBe(200)
  expect(await ask('DELETE', '')).toBe(204)
})

test('a test event goes to the endpoint at once, and what it answered is told', async () => {
  const receiver = await stage.receiver()
  const { client } = await stage.hooks()
  const { id, secret } = await client.subscribe({ target_url: receiver.url, event: 'call.failed' })
  expect(await client.test(id)).toMatchObject({ delivered: true, status: 200, error: null })
  const { headers, body } = receiver.received[0] ?? { headers: {}, body: '' }
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'call.failed',
    source: 'sample',
  })
  receiver.answer = (_received, response) => response.writeHead(302, { location: '/' }).end()
  expect(await client.test(id)).toMatchObject({ delivered: false, status: 302 })
  await receiver.close()
  expect(await client.test(id)).toMatchObject({ delivered: false, status: null, error: 'ECONNREFUSED' })
  expect((await client.events()).events).toEqual([])
})

test('each account has its own secret, and each token its own rights', async () => {
  const receiver = await stage.receiver()
  const token = 'a-token-that-may-only-look'
  const feeder = 'a-token-that-may-only-feed'
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const { client, hooks, webhook } = bound(
    await stage.hooks({
      accounts: { north: { webhookSecrets: ['north-old', 'north-new'] } },
      tokens: [
        { name: 'a viewer', sha256: sha256(token), scopes: ['read'] },
        { name: 'a relay', sha256: sha256(feeder), scopes: ['ingest'] },
      ],
    }),
  )
  await client.subscribe({ target_url: receiver.url, event: '*', account: 'north' })
  const at = (path: string, secret: string) => webhook(completed('call_1'), { path, secret })
  expect((await at('/movoice/north', 'movoice-secret')).status).toBe(401)
  expect((await at('/movoice', 'north-new')).status).toBe(401)
  expect((await at('/movoice/south', 'north-new')).status).toBe(404)
  expect((await at('/movoice', 'movoice-secret')).status).toBe(202)
  for (const secret of ['north-old', 'north-new'])
    expect((await at('/movoice/north', secret)).status).toBe(202)
  await until(() => receiver.received.length === 1)
  const as = (bearer: string, method: string, path: string, body?: object) =>
    fetch(`${hooks.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  expect((await as(token, 'GET', '/events')).status).toBe(200)
  expect((await as(token, 'POST', '/hooks', {})).status).toBe(403)
  expect((await as(token, 'POST', '/movoice', completed('call_2'))).status).toBe(401)
  expect((await as(feeder, 'POST', '/movoice', completed('call_2'))).status).toBe(202)
  expect((await as(feeder, 'GET', '/events')).status).toBe(403)
})
