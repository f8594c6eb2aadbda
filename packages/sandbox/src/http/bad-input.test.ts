import { connect } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { call, started } from '../testing/index.ts'

const good = call('01')

test.each<[what: string, body: unknown, param: string | null]>([
  ['no agent', { recipient_phone: good.recipient_phone }, 'agent_id'],
  ['an agent that is a number', { ...good, agent_id: 7 }, 'agent_id'],
  ['no number', { agent_id: good.agent_id }, 'recipient_phone'],
  ['a number of 16 digits', { ...good, recipient_phone: '+1234567890123456' }, 'recipient_phone'],
  ['a number without a plus', { ...good, recipient_phone: '12025550101' }, 'recipient_phone'],
  ['a bad from_number', { ...good, from_number: 'me' }, 'from_number'],
  ['a fractional time', { ...good, schedule_at: 1_767_225_600.5 }, 'schedule_at'],
  ['milliseconds', { ...good, schedule_at: 1_767_225_600_000 }, 'schedule_at'],
  ['a duration of 0', { ...good, max_duration: 0 }, 'max_duration'],
  ['a duration as text', { ...good, max_duration: '60' }, 'max_duration'],
  ['variables as a list', { ...good, variables: ['a'] }, 'variables'],
  ['a variable that is an object', { ...good, variables: { a: {} } }, 'variables.a'],
  ['an unknown field', { ...good, phone: '+12025550101' }, 'phone'],
  ['a list', [good], null],
  ['null', 'null', null],
  ['text', '"call"', null],
])('POST /call with %s is refused, naming the field', async (_what, body, param) => {
  await using s = await started()
  const { status, json } = await s.api('POST', '/call', body)
  expect([status, json.error.code, json.error.param]).toEqual([400, 'invalid_request', param])
  expect((await s.control('GET', '/calls')).json.calls).toEqual([])
})

test.each([
  ['limit=101', 'limit'],
  ['limit=0', 'limit'],
  ['limit=ten', 'limit'],
  ['limit=1.5', 'limit'],
  ['limit=5&limit=6', 'limit'],
  ['offset=-1', 'offset'],
  ['from=20&to=10', 'from'],
  ['to=1.5', 'to'],
  ['agent_id=', 'agent_id'],
  ['page=2', 'page'],
])('GET /calls?%s is refused, naming the field', async (query, param) => {
  await using s = await started()
  const { status, json } = await s.api('GET', `/calls?${query}`)
  expect([status, json.error.code, json.error.param]).toEqual([400, 'invalid_request', param])
})

test('every wrong recipient of a batch is named by its place', async () => {
  await using s = await started()
  const { json } = await s.api('POST', '/calls/batch', {
    agent_id: 'agent_clinic',
    recipients: [{ phone: '+12025550101' }, { phone: '0123' }],
  })
  expect(json.error).toMatchObject({ code: 'invalid_request', param: 'recipients[1].phone' })
})

test('what does not exist, and who may not', async () => {
  await using s = await started()
  const statusOf = async (...request: Parameters<typeof s.api>) => {
    const { status, json } = await s.api(...request)
    return [status, json.error.code, json.error.param]
  }
  expect(await statusOf('POST', '/call', { ...good, agent_id: 'agent_x' })).toEqual([
    404,
    'not_found',
    'agent_id',
  ])
  expect(await statusOf('POST', '/call', { ...good, agent_id: 'agent_inactive' })).toEqual([
    422,
    'unprocessable',
    'agent_id',
  ])
  expect(await statusOf('GET', '/calls/call_x')).toEqual([404, 'not_found', 'call_id'])
  expect(await statusOf('GET', '/calls/%00')).toEqual([404, 'not_found', 'call_id'])
  expect(await statusOf('GET', '/calls/%E0%A4')).toEqual([404, 'not_found', null])
  expect(await statusOf('GET', '/agents/agent_x')).toEqual([404, 'not_found', 'agent_id'])
  expect(await statusOf('PATCH', '/agents/agent_x', { prompt: 'a' })).toEqual([404, 'not_found', 'agent_id'])
  expect(await statusOf('PATCH', '/agents/agent_clinic', {})).toEqual([400, 'invalid_request', null])
  expect(await statusOf('PATCH', '/agents/agent_clinic', { agent_id: 'b' })).toEqual([
    422,
    'unprocessable',
    'agent_id',
  ])
  expect(await statusOf('GET', '/nowhere')).toEqual([404, 'not_found', null])
  expect(await statusOf('DELETE', '/call')).toEqual([404, 'not_found', null])
  expect(await statusOf('GET', '/calls', undefined, '')).toEqual([401, 'unauthorized', null])
  expect(await statusOf('GET', '/calls', undefined, 'sk_live_1')).toEqual([401, 'unauthorized', null])
  expect(await statusOf('POST', '/call', good, 'sk_sandbox_readonly_1')).toEqual([403, 'forbidden', null])
  expect((await s.api('GET', '/calls', undefined, 'sk_sandbox_readonly_1')).status).toBe(200)
})

test('a wrong method is told the right one', async () => {
  await using s = await started()
  expect((await s.api('GET', '/call')).json.error.message).toBe('There is no GET /v1/call, only POST.')
})

test('bodies that are none: malformed, of another type, too large, empty, poisoned', async () => {
  await using s = await started()
  const post = async (body: string, type = 'application/json') => {
    const response = await fetch(`${s.sandbox.baseUrl}/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${s.sandbox.apiKey}`, 'content-type': type },
      body,
    })
    const { error } = (await response.json()) as { error: { code: string; message: string } }
    return [response.status, error.code, error.message]
  }
  expect(await post('{"agent_id":')).toEqual([400, 'invalid_request', 'The body is not valid JSON.'])
  expect(await post('')).toEqual([400, 'invalid_request', expect.stringContaining('empty')])
  expect(await post('a=b', 'application/x-www-form-urlencoded')).toEqual([
    400,
    'invalid_request',
    expect.stringContaining('application/json'),
  ])
  expect(await post('{}', 'text/plain')).toEqual([
    400,
    'invalid_request',
    expect.stringContaining('application/json'),
  ])
  expect(await post(`{"__proto__":{"agent_id":"a"}}`)).toEqual([400, 'invalid_request', expect.any(String)])
  expect(await post(JSON.stringify({ ...good, variables: { a: 'x'.repeat(5_000_000) } }))).toEqual([
    400,
    'invalid_request',
    'The body is larger than 4 MB.',
  ])
})

test('what is no HTTP is answered with the documented body too', async () => {
  await using s = await started()
  const { hostname, port } = new URL(s.sandbox.baseUrl)
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('HELLO\r\n\r\n'))
    let got = ''
    socket.on('data', (data) => {
      got += data.toString()
    })
    socket.on('end', () => resolve(got))
    socket.on('error', reject)
  })
  expect(text).toMatch(/^HTTP\/1.1 400 /)
  expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '').error.code).toBe('invalid_request')
})

test('another web site cannot reach the control routes', async () => {
  await using s = await started()
  const ask = (headers: Record<string, string>) =>
    fetch(`${s.sandbox.controlUrl}/reset`, { method: 'POST', headers }).then(({ status }) => status)
  expect(await ask({ origin: 'https://evil.example' })).toBe(403)
  expect(await ask({ origin: new URL(s.sandbox.baseUrl).origin })).toBe(200)
  const { port, hostname } = new URL(s.sandbox.baseUrl)
  const rebound = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET /_sandbox/calls HTTP/1.1\r\nHost: evil.example:${port}\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (data) => resolve(data.toString()))
  })
  expect(rebound).toMatch(/^HTTP\/1.1 403 /)
})

test('two thousand random requests to the control routes bring no failure of the sandbox itself', async () => {
  await using s = await started()
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string({ unit: 'binary' }))
  const some = (fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(
      Object.fromEntries(
        Object.entries(fields).map(([name, good]) => [
          name,
          fc.oneof({ weight: 5, arbitrary: good }, anything),
        ]),
      ),
      { requiredKeys: [] },
    )
  const request = fc.oneof(
    fc.tuple(fc.constant('/advance'), some({ seconds: fc.integer({ min: 0, max: 99 }) })),
    fc.tuple(fc.constant('/clock'), some({ speed: fc.constant(0) })),
    fc.tuple(
      fc.constant('/webhook'),
      some({ url: fc.webUrl(), secret: fc.string(), events: fc.constant(['call.failed']) }),
    ),
    fc.tuple(
      fc.constant('/faults'),
      some({
        on: fc.constantFrom('request', 'webhook'),
        kind: fc.constantFrom(
          'status',
          'reset',
          'delay',
          'slow_body',
          'truncate',
          'html',
          'drop',
          'duplicate',
        ),
        path: fc.string(),
        status: fc.integer({ min: 400, max: 599 }),
        retry_after: fc.string({ unit: 'binary' }),
        times: fc.integer({ min: 1, max: 3 }),
      }),
    ),
    fc.tuple(fc.constantFrom('/deliveries/x/redeliver', '/calls/x', '/nowhere'), anything),
  )
  await fc.assert(
    fc.asyncProperty(request, async ([path, body]) => {
      const { status } = await s.control('POST', path, JSON.stringify(body))
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 2000, seed: 4 },
  )
})
