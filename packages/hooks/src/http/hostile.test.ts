// What people send who mean no good. Whatever it is, the answer says what is wrong, nobody else is kept from anything
// by it, and the server goes on.
import { connect } from 'node:net'
import { signWebhook } from '@movoice-kit/core/events'
import { until } from '@movoice-kit/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { completed, type Running, SECRET, Stage } from '../testing/start.ts'

const stage = new Stage()
afterEach(() => stage.end())

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const list = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const errorOf = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  return error
}

/** Bytes on a connection, and all that comes back until it is closed. */
function speak({ hooks }: Running, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(hooks.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
    socket.write(text)
  })
}

describe('webhooks with a good signature', () => {
  const bad: readonly (readonly [string, string | Buffer, RegExp])[] = [
    [
      'nested a hundred thousand levels deep',
      `{"event_type":"call.completed","call_id":"a","variables":${nested(100_000)}}`,
      /nested deeper than 64/,
    ],
    [
      'of an action nested so',
      `{"event_type":"action.triggered","call_id":"a","parameters":${nested(100_000)}}`,
      /nested deeper than 64/,
    ],
    [
      'of a kind nobody knows, nested so',
      `{"event_type":"x","call_id":"a","y":${list(100_000)}}`,
      /nested deeper than 64/,
    ],
    [
      'with a NUL in the call’s id',
      '{"event_type":"call.completed","call_id":"a\\u0000b"}',
      /call_id must be text without NUL/,
    ],
    [
      'with half a character in the call’s id',
      '{"event_type":"call.completed","call_id":"\\ud800"}',
      /call_id must be text without NUL/,
    ],
    [
      'with a NUL in their type',
      '{"event_type":"x\\u0000","call_id":"a"}',
      /event_type must be text without NUL/,
    ],
    [
      'with a call’s id of 100 KB',
      JSON.stringify({ event_type: 'call.completed', call_id: 'x'.repeat(100_000) }),
      /call_id must not be longer than 200/,
    ],
    [
      'with a type of 50 KB',
      JSON.stringify({ event_type: 'x'.repeat(50_000), call_id: 'a' }),
      /event_type must not be longer than 100/,
    ],
    ['that are no object', '[]', /must be a JSON object/],
    ['that are nothing', '', /not valid JSON/],
    ['in bytes that are no UTF-8', Buffer.from('{"event_type":"\xff"}', 'latin1'), /not valid JSON in UTF-8/],
  ]
  test.each(bad)(
    '%s are refused by themselves, and what came with them is stored',
    async (_what, body, why) => {
      const running = await stage.hooks()
      const sent = Array.from({ length: 9 }, (_, call) => running.webhook(completed(`call_${call}`)))
      const headers = { 'x-movoice-signature': signWebhook(body, SECRET) }
      const refused = await fetch(`${running.hooks.url}/movoice`, { method: 'POST', headers, body })
      for (const answer of await Promise.all(sent)) expect(answer.status).toBe(202)
      expect([refused.status, (await errorOf(refused)).message]).toEqual([400, expect.stringMatching(why)])
    },
  )

  test('with the names of prototypes among their fields change nothing here, and the worst of them is left out', async () => {
    const receiver = await stage.receiver()
    const running = await stage.hooks()
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    const rest = '"constructor":{"prototype":{"bad":1}}'
    const head = '{"event_type":"call.completed","call_id":"a",'
    expect((await running.webhook(`${head}"__proto__":{"bad":1},${rest}}`)).status).toBe(202)
    await until(() => receiver.received.length === 1)
    expect(receiver.received[0]?.body).toContain(`"raw":${head}${rest}}`)
    expect(({} as { bad?: unknown }).bad).toBeUndefined()
  })
})

describe('requests with the token', () => {
  const HOOK = '"target_url":"http://127.0.0.1:9/","event":"*"'
  test.each([
    ['POST', '/hooks', '{'],
    ['POST', '/hooks', ''],
    ['POST', '/hooks', 'null'],
    ['POST', '/hooks', '[]'],
    ['POST', '/hooks', '"text"'],
    ['POST', '/hooks', `{"filter":${list(100_000)}}`],
    ['POST', '/hooks', `{${HOOK},"__proto__":{"bad":1}}`],
    ['POST', '/hooks', `{${HOOK},"constructor":{"prototype":{"bad":1}}}`],
    ['POST', '/hooks', `{${HOOK},"filter":{"__proto__":{"bad":1}}}`],
    ['POST', '/hooks', `{${HOOK},"description":"a\\u0000"}`],
    ['POST', '/hooks', `{${HOOK},"idempotency_key":"\\ud800"}`],
    ['POST', '/hooks', `{${HOOK},"filter":{"outcome":["a\\u0000"]}}`],
    ['POST', '/hooks', `{${HOOK},"expires_at":1e308}`],
    ['POST', '/replay', `{"event_ids":${list(100_000)}}`],
    ['POST', '/replay', '{"type":"a\\u0000"}'],
    ['POST', '/replay', '{}'],
    ['POST', '/replay', ''],
    ['GET', '/events?type=a%00', undefined],
    ['GET', '/events?type=a&type=b', undefined],
    ['GET', '/events/a%00b', undefined],
    ['GET', '/events/%E0%A4%A', undefined],
    ['GET', '/deliveries?hook_id=%00', undefined],
  ])('%s %s %j are answered 400, in the shape of all errors', async (method, path, body) => {
    const running = await stage.hooks()
    const answer = await running.request(path, { method, ...(body !== undefined && { body }) })
    const { code, message } = await errorOf(answer)
    expect([answer.status, code]).toEqual([400, 'invalid_request'])
    expect(message).toMatch(/\.$/)
    expect(({} as { bad?: unknown }).bad).toBeUndefined()
  })

  test.each(['text/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', ';;;'])(
    'of the type %s are answered 415',
    async (type) => {
      const running = await stage.hooks()
      const answer = await running.request('/hooks', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': type },
      })
      expect([answer.status, (await errorOf(answer)).code]).toEqual([415, 'invalid_request'])
    },
  )

  test('with a path of ten thousand characters find nothing, whoever asks', async () => {
    const running = await stage.hooks()
    const answer = await running.request(`/events/${'a'.repeat(10_000)}`)
    expect([answer.status, (await errorOf(answer)).code]).toEqual([414, 'invalid_request'])
  })
})

test('no answer is kept by anything on its way, or taken for what it is not', async () => {
  const running = await stage.hooks()
  for (const path of ['/events', '/hooks', '/livez', '/readyz', '/metrics', '/nothing', '/events/%00', '/']) {
    const { headers } = await running.request(path)
    expect([path, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      path,
      'no-store',
      'nosniff',
    ])
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('server') ?? headers.get('x-powered-by')).toBeNull()
  }
})

describe('connections', () => {
  test.each([
    ['headers of 40 KB', `GET /livez HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /hooks HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello',
      400,
    ],
    [
      'a length and chunks',
      'POST /hooks HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['what is no HTTP', '\x16\x03\x01\x02\x00\x01\x00', 400],
  ])('with %s are answered and closed', async (_what, text, status) => {
    const running = await stage.hooks()
    const answer = await speak(running, text)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    const { error } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { error: { code: string } }
    expect(error.code).toBe('invalid_request')
    expect((await fetch(`${running.hooks.url}/livez`)).status).toBe(200)
  })

  test('that send a byte now and then are closed once their time is over, and hold nobody up meanwhile', async () => {
    const running = await stage.hooks({ patience: { headersMs: 300, requestMs: 600, checkMs: 50 } })
    const head = 'POST /movoice HTTP/1.1\r\nhost: a\r\n'
    const slow = [
      ...Array.from({ length: 50 }, () => speak(running, 'POST /mov')),
      ...Array.from({ length: 50 }, () => speak(running, `${head}content-length: 100\r\n\r\n{`)),
      ...Array.from({ length: 50 }, () => speak(running, '')),
    ]
    expect((await running.webhook(completed('call_1'))).status).toBe(202)
    const answers = await Promise.all(slow)
    expect(new Set(answers.slice(0, 100).map((text) => text.split('\r\n')[0]))).toEqual(
      new Set(['HTTP/1.1 408 Request Timeout']),
    )
    expect((await running.webhook(completed('call_2'))).status).toBe(202)
  })
})
