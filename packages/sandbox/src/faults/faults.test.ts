import { SignatureError } from '@movoice-kit/core'
import { verifyWebhook } from '@movoice-kit/core/events'
import { expect, test } from 'vitest'
import { call, receiver, started } from '../testing/index.ts'

test('a status, as often as asked, before or after the call was placed', async () => {
  await using s = await started()
  await s.control('POST', '/faults', { path: '/call', kind: 'status', status: 503, times: 2, retry_after: 7 })
  for (let time = 0; time < 2; time += 1) {
    const { status, headers } = await s.api('POST', '/call', call('01'))
    expect([status, headers.get('retry-after')]).toEqual([503, '7'])
  }
  expect((await s.control('GET', '/calls')).json.calls).toHaveLength(0)
  expect((await s.api('POST', '/call', call('01'))).status).toBe(200)
  await s.control('POST', '/faults', { path: '/v1/call', kind: 'status', status: 500, when: 'after' })
  expect((await s.api('POST', '/call', call('01'))).status).toBe(500)
  expect((await s.control('GET', '/calls')).json.calls).toHaveLength(2)
})

test('a reset, before and after', async () => {
  await using s = await started()
  for (const [when, rings] of [
    ['before', 0],
    ['after', 1],
  ] as const) {
    await s.control('POST', '/faults', { path: '/call', kind: 'reset', when })
    await expect(s.api('POST', '/call', call('01'))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    expect((await s.control('GET', '/calls')).json.calls).toHaveLength(rings)
  }
})

test('truncated JSON, HTML, a delay and a slow body', async () => {
  await using s = await started()
  const text = async () => {
    const response = await fetch(`${s.sandbox.baseUrl}/agents`, {
      headers: { authorization: `Bearer ${s.sandbox.apiKey}` },
    })
    return { status: response.status, text: await response.text() }
  }
  const whole = await text()
  await s.control('POST', '/faults', { path: '/agents', kind: 'truncate' })
  const half = await text()
  expect(whole.text.startsWith(half.text) && half.text.length < whole.text.length).toBe(true)
  await s.control('POST', '/faults', { path: '/agents', kind: 'html' })
  expect(await text()).toMatchObject({ status: 502, text: expect.stringContaining('<html>') })
  for (const kind of ['delay', 'slow_body']) {
    await s.control('POST', '/faults', { path: '/ag*', kind, seconds: 30 })
    let answered = false
    const late = text().finally(() => {
      answered = true
    })
    while ((await s.control('GET', '/faults')).json.faults.length > 0) await new Promise(setImmediate)
    await s.advance(29)
    expect(answered).toBe(false)
    await s.advance(1)
    expect(await late).toEqual(whole)
  }
})

test('webhooks: twice, late, never, in another order', async () => {
  await using hook = await receiver()
  await using s = await started({ webhook: { url: hook.url, secret: 'whsec_1' } })
  const run = async (fault: Record<string, unknown>) => {
    hook.got.length = 0
    await s.control('POST', '/faults', { on: 'webhook', ...fault })
    await s.api('POST', '/call', call('01'))
    await s.advance(200)
    return hook.types()
  }
  expect(await run({ kind: 'duplicate', event: 'call.completed', copies: 2 })).toEqual([
    'call.started',
    'call.completed',
    'call.completed',
    'call.completed',
  ])
  expect(await run({ kind: 'drop', event: 'call.completed' })).toEqual(['call.started'])
  expect(await run({ kind: 'reorder', event: 'call.started' })).toEqual(['call.completed', 'call.started'])
  expect(await run({ kind: 'delay', event: 'call.started', seconds: 180 })).toEqual([
    'call.completed',
    'call.started',
  ])
})

test('webhooks: a wrong signature and a body cut short, each made good by the next attempt', async () => {
  const secret = 'whsec_1'
  await using hook = await receiver(({ body, headers, json }) => {
    try {
      verifyWebhook(body, headers, secret)
      return json === undefined ? 400 : 200
    } catch (error) {
      if (error instanceof SignatureError) return 401
      throw error
    }
  })
  await using s = await started({ webhook: { url: hook.url, secret, events: ['call.completed'] } })
  await s.control('POST', '/faults', { on: 'webhook', kind: 'bad_signature' })
  await s.api('POST', '/call', call('01'))
  await s.advance(200)
  await s.control('POST', '/faults', { on: 'webhook', kind: 'truncate' })
  await s.api('POST', '/call', call('01'))
  await s.advance(200)
  const { deliveries } = (await s.control('GET', '/deliveries')).json
  expect(deliveries.map((one: { attempts: { result: number; fault?: string }[] }) => one.attempts)).toEqual([
    [
      expect.objectContaining({ result: 401, fault: 'bad_signature' }),
      expect.objectContaining({ result: 200 }),
    ],
    [expect.objectContaining({ result: 400, fault: 'truncate' }), expect.objectContaining({ result: 200 })],
  ])
})

test('a delivery is sent again on demand', async () => {
  let status = 500
  await using hook = await receiver(() => status)
  await using s = await started({ webhook: { url: hook.url, secret: 'whsec_1', events: ['call.completed'] } })
  await s.api('POST', '/call', call('01'))
  await s.advance(4 * 3600)
  const [delivery] = (await s.control('GET', '/deliveries')).json.deliveries
  expect([delivery.status, delivery.attempts.length]).toEqual(['failed', 5])
  status = 200
  const again = (await s.control('POST', `/deliveries/${delivery.id}/redeliver`)).json
  expect([again.status, again.attempts.length]).toEqual(['delivered', 6])
  expect((await s.control('POST', '/deliveries/nothing/redeliver')).status).toBe(404)
})

test('a fault that cannot be is refused, naming the field', async () => {
  await using s = await started()
  const paramOf = async (body: unknown) => {
    const { status, json } = await s.control('POST', '/faults', body)
    return [status, json.error.param]
  }
  expect(await paramOf({ kind: 'explode' })).toEqual([400, 'kind'])
  expect(await paramOf({ kind: 'status', status: 200 })).toEqual([400, 'status'])
  expect(await paramOf({ kind: 'reset', times: 0 })).toEqual([400, 'times'])
  expect(await paramOf({ kind: 'delay' })).toEqual([400, 'seconds'])
  expect(await paramOf({ kind: 'reset', seconds: 1 })).toEqual([400, 'seconds'])
  expect(await paramOf({ on: 'webhook', kind: 'drop', event: 'call.rang' })).toEqual([400, 'event'])
})

test('webhooks go to this machine only', async () => {
  await using s = await started()
  const set = async (url: string) => (await s.control('POST', '/webhook', { url, secret: 'a' })).status
  for (const url of [
    'http://192.0.2.1/',
    'https://example.com/',
    'http://127.0.0.1.example.com/',
    'http://[2001:db8::1]/',
    'http://0.0.0.0/',
    'ftp://127.0.0.1/',
    'nothing',
  ])
    expect([url, await set(url)]).toEqual([url, 400])
  for (const url of ['http://127.0.0.1:1/', 'http://localhost/', 'http://[::1]:2/', 'http://2130706433/'])
    expect([url, await set(url)]).toEqual([url, 200])
  await using open = await started({ allowRemote: true })
  expect((await open.control('POST', '/webhook', { url: 'https://example.com/', secret: 'a' })).status).toBe(
    200,
  )
})
