import { parseWebhook, verifyWebhook } from '@movoice-kit/core/events'
import { expect, test } from 'vitest'
import { numberOf, scenarios } from './scenarios.ts'
import { call, receiver, started } from './testing/index.ts'

const SECRET = 'whsec_scenarios'

/** Places the call of a scenario and lets ten minutes pass. */
async function lived(suffix: string) {
  const hook = await receiver()
  const s = await started({ webhook: { url: hook.url, secret: SECRET } })
  const created = await s.api('POST', '/call', call(suffix))
  await s.advance(600)
  const calls = (await s.api('GET', '/calls')).json.calls
  const rings = (await s.control('GET', '/calls')).json.calls
  return {
    s,
    hook,
    created,
    calls,
    rings,
    [Symbol.asyncDispose]: async () => {
      await s[Symbol.asyncDispose]()
      await hook[Symbol.asyncDispose]()
    },
  }
}

test('there are nineteen, each with a number of its own', () => {
  expect(scenarios.map(numberOf)).toEqual(
    Array.from({ length: 19 }, (_, index) => `+120255501${String(index + 1).padStart(2, '0')}`),
  )
})

test('07 uses two tools and hands over before it completes', async () => {
  await using life = await lived('07')
  expect(life.hook.types()).toEqual([
    'call.started',
    'action.triggered',
    'action.triggered',
    'transfer.initiated',
    'call.completed',
  ])
  const [, first, second] = life.hook.got
  expect(first?.json.action_name).not.toBe(second?.json.action_name)
  for (const { body, headers } of life.hook.got) verifyWebhook(body, headers, SECRET)
})

test('08 never ends, and frees its line after its longest duration', async () => {
  await using s = await started({ plan: '60x1' })
  const { json } = await s.api('POST', '/call', call('08', { max_duration: 60 }))
  await s.advance(30)
  expect((await s.api('POST', '/call', call('01'))).status).toBe(429)
  await s.advance(600)
  expect((await s.api('GET', `/calls/${json.call_id}`)).json.status).toBe('active')
  expect((await s.api('POST', '/call', call('01'))).status).toBe(200)
})

test('09 tells its summary and transcript 20 s after the end', async () => {
  await using s = await started()
  const { json } = await s.api('POST', '/call', call('09'))
  const read = async () => (await s.api('GET', `/calls/${json.call_id}`)).json
  for (let second = 0; (await read()).status !== 'completed' && second < 200; second += 1) await s.advance(1)
  expect(await read()).toMatchObject({ summary: null, transcript: null, outcome: null })
  await s.advance(18)
  expect((await read()).summary).toBeNull()
  await s.advance(2)
  expect(await read()).toMatchObject({ outcome: 'BOOKED', summary: expect.any(String) })
})

test('10 is refused with 422, 19 with 409 that names no call', async () => {
  await using business = await lived('10')
  expect(business.created).toMatchObject({
    status: 422,
    json: { error: { code: 'unprocessable', param: 'recipient_phone' } },
  })
  expect(business.rings).toEqual([])
  await using duplicate = await lived('19')
  expect(duplicate.created.status).toBe(409)
  expect(JSON.stringify(duplicate.created.json)).not.toContain('call_')
  expect(duplicate.rings).toEqual([])
})

test('11 is refused once, with two seconds to wait', async () => {
  await using life = await lived('11')
  expect([life.created.status, life.created.headers.get('retry-after')]).toEqual([429, '2'])
  expect((await life.s.api('POST', '/call', call('11'))).status).toBe(200)
  await life.s.advance(600)
  expect((await life.s.api('GET', '/calls')).json.calls[0].outcome).toBe('BOOKED')
})

test('12, 13 and 18 place the call and do not say so', async () => {
  await using error = await lived('12')
  expect(error.created).toMatchObject({ status: 500, json: { error: { code: 'server_error' } } })
  expect(error.rings).toHaveLength(1)

  await using s = await started()
  await expect(s.api('POST', '/call', call('13'))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  const html = await fetch(`${s.sandbox.baseUrl}/call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${s.sandbox.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(call('18')),
  })
  expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await html.text()).toMatch(/^<!doctype html>/)
  await s.advance(600)
  const { calls } = (await s.api('GET', '/calls')).json
  expect(calls.map((one: { outcome: string }) => one.outcome)).toEqual(['BOOKED', 'BOOKED'])
})

test('14 sends no webhook, 15 each three times, 16 in reverse', async () => {
  await using silent = await lived('14')
  expect([silent.hook.got.length, silent.calls[0].status]).toEqual([0, 'completed'])
  await using thrice = await lived('15')
  expect(thrice.hook.types()).toEqual([...Array(3).fill('call.started'), ...Array(3).fill('call.completed')])
  expect(new Set(thrice.hook.got.map(({ body }) => body)).size).toBe(2)
  await using reversed = await lived('16')
  expect(reversed.hook.types()).toEqual(['call.completed', 'call.started'])
})

test('17 places the call at once and answers after 90 s', async () => {
  await using s = await started()
  let answered = false
  const late = s.api('POST', '/call', call('17')).finally(() => {
    answered = true
  })
  while ((await s.control('GET', '/calls')).json.calls.length === 0) await new Promise(setImmediate)
  await s.advance(89)
  expect(answered).toBe(false)
  await s.advance(1)
  expect(await late).toMatchObject({ status: 200, json: { call_id: expect.any(String) } })
})

test('webhooks carry what is documented, no more and no less', async () => {
  const documented: Record<string, readonly string[]> = {
    'call.started': ['event_type', 'call_id', 'agent_id', 'direction', 'recipient_phone', 'timestamp'],
    'call.completed': [
      'event_type',
      'call_id',
      'duration',
      'summary',
      'sentiment',
      'outcome',
      'transcript_url',
      'recording_url',
    ],
    'call.failed': ['event_type', 'call_id', 'reason', 'recipient_phone', 'timestamp'],
    'action.triggered': ['event_type', 'call_id', 'action_name', 'parameters'],
  }
  const seen = new Set<string>()
  for (const suffix of ['02', '05', '07', '09']) {
    await using life = await lived(suffix)
    for (const { body, json } of life.hook.got) {
      parseWebhook(body)
      const fields = documented[json.event_type]
      if (fields !== undefined) expect(Object.keys(json)).toEqual(fields)
      seen.add(json.event_type)
    }
  }
  expect([...seen].sort()).toEqual([...Object.keys(documented), 'transfer.initiated'].sort())
})

test('a reset gives up the answers that wait for their time', async () => {
  await using s = await started()
  const late = s.api('POST', '/call', call('17'))
  const given = expect(late).rejects.toThrow('fetch failed')
  while ((await s.control('GET', '/calls')).json.calls.length === 0) await new Promise(setImmediate)
  await s.control('POST', '/reset')
  await given
})
