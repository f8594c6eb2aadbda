import { request } from 'node:http'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { systemClock } from '@movoice-kit/core'
import { afterEach, describe, expect, test } from 'vitest'
import { call, clientOf, Stage } from '../testing/stage.ts'
import { createMcp } from './create-mcp.ts'

let stage: Stage | undefined
afterEach(async () => {
  await stage?.end()
  stage = undefined
})

const TOKEN = 'a-token-of-some-length'
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
}

/** Sends what fetch would not: any Host header. */
function raw(
  url: string,
  headers: Record<string, string>,
  body: string = JSON.stringify(initialize),
  method = 'POST',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(method === 'POST' ? body : undefined)
  })
}

describe('who may come in', () => {
  test.each([
    [{ host: 'evil.example' }, 403],
    [{ host: 'evil.example:4040' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: '169.254.169.254' }, 403],
    [{ host: '127.0.0.1@evil.example' }, 403],
    [{ host: 'localhost:1' }, 200],
    [{ host: '[::1]:4040' }, 200],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'https://localhost.evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'file://' }, 403],
    [{ origin: 'http://localhost:6274' }, 200],
    [{}, 200],
  ] as [Record<string, string>, number][])('a request with %j gets %i', async (headers, status) => {
    stage = await Stage.begin()
    expect((await raw(stage.mcp.url, headers)).status).toBe(status)
  })

  test.each([
    [undefined, 401],
    ['Bearer another-token-of-length', 401],
    [`Basic ${TOKEN}`, 401],
    [`Bearer ${TOKEN}x`, 401],
    [`Bearer ${TOKEN}`, 200],
    [`bearer ${TOKEN}`, 200],
  ])('with a token set, %s gets %i', async (authorization, status) => {
    stage = await Stage.begin({ token: TOKEN })
    const answer = await raw(stage.mcp.url, authorization === undefined ? {} : { authorization })
    expect(answer.status).toBe(status)
    if (status === 401) {
      expect(answer.headers['www-authenticate']).toContain('Bearer')
      expect(answer.body).not.toContain(TOKEN)
    }
  })

  test('a name that is public comes in, and only with the token', async () => {
    stage = await Stage.begin({ token: TOKEN, publicHosts: ['calls.example.com'], host: '0.0.0.0' })
    const url = stage.mcp.url.replace('0.0.0.0', '127.0.0.1')
    const authorization = `Bearer ${TOKEN}`
    expect((await raw(url, { host: 'calls.example.com', authorization })).status).toBe(200)
    expect((await raw(url, { host: 'calls.example.com' })).status).toBe(401)
    expect((await raw(url, { host: 'other.example.com', authorization })).status).toBe(403)
    await stage.sandbox.close()
  })

  test.each([
    [{ host: '0.0.0.0' }, /^MOVOICE_MCP_TOKEN is missing: on 0.0.0.0 anyone/],
    [{ host: '192.0.2.7', token: TOKEN }, /^--public-host is missing/],
    [{ token: 'short' }, /^MOVOICE_MCP_TOKEN must be one word of at least 16/],
    [{ token: 'has a space in it, and is long' }, /^MOVOICE_MCP_TOKEN must be one word/],
  ])('a server with %j does not start', async (options, said) => {
    const made = createMcp({ movoice: { apiKey: 'sk_sandbox_x' }, port: 0, ...options })
    await expect(made).rejects.toThrow(said)
  })
})

describe('what is no good request', () => {
  test('too large, no JSON, another path: each is told so', async () => {
    stage = await Stage.begin()
    const { url } = stage.mcp
    expect((await raw(url, {}, `{"a":"${'x'.repeat(5 * 1024 * 1024)}"}`)).status).toBe(413)
    expect((await raw(url, {}, '{')).status).toBe(400)
    expect((await raw(url, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await raw(url.replace('/mcp', '/'), {})).status).toBe(404)
    expect((await raw(url, {}, '', 'PUT')).status).toBeGreaterThanOrEqual(400)
    expect((await raw(url, {}, '', 'DELETE')).status).toBeGreaterThanOrEqual(400)
    // It still works.
    expect((await raw(url, {})).status).toBe(200)
  })
})

describe('sessions of clients of 2025', () => {
  const begin = (url: string) => raw(url, {})

  test('are bounded: one more is refused while all are fresh, and takes the place of a quiet one', async () => {
    let ahead = 0
    const clock = { ...systemClock, now: () => Date.now() + ahead, sleep: systemClock.sleep }
    stage = await Stage.begin({ sessions: { most: 2 }, clock })
    const { url } = stage.mcp
    const first = await begin(url)
    await begin(url)
    const third = await begin(url)
    expect([third.status, stage.mcp.sessions]).toEqual([503, 2])
    expect(third.body).toContain('try again later')
    ahead += 61_000
    expect((await begin(url)).status).toBe(200)
    expect(stage.mcp.sessions).toBe(2)
    const id = String(first.headers['mcp-session-id'])
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })
    expect((await raw(url, { 'mcp-session-id': id }, ping)).status).toBe(404)
  })

  test('end when nobody uses them, when the client says so, and with the server', async () => {
    let ahead = 0
    const clock = { now: () => Date.now() + ahead, sleep: systemClock.sleep }
    stage = await Stage.begin({ clock })
    const { url } = stage.mcp
    const { client } = await stage.client('cannot_ask', 'legacy')
    expect(stage.mcp.sessions).toBe(1)
    ahead += 31 * 60_000
    const fresh = await begin(url)
    expect(stage.mcp.sessions).toBe(1)
    await expect(call(client, 'list_agents', {})).rejects.toThrow(/no such session/i)
    const id = String(fresh.headers['mcp-session-id'])
    expect((await raw(url, { 'mcp-session-id': id }, '', 'DELETE')).status).toBe(200)
    expect(stage.mcp.sessions).toBe(0)
  })

  test('a request that begins none and names none is told how', async () => {
    stage = await Stage.begin()
    const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' })
    const answer = await raw(stage.mcp.url, {}, ping)
    expect([answer.status, stage.mcp.sessions]).toEqual([400, 0])
    expect(answer.body).toContain('Begin with initialize')
  })

  test('a client of 2026 has none', async () => {
    stage = await Stage.begin()
    const { client } = await stage.client('accepts', 'modern')
    await call(client, 'list_agents', {})
    expect(stage.mcp.sessions).toBe(0)
  })
})

describe('when it is told to stop', () => {
  const input = { agent_id: 'agent_clinic', recipient_phone: '+12025550101' }

  test('a call that has left is finished and told before the server is gone', async () => {
    stage = await Stage.begin({}, { speed: 1 })
    const { client } = await stage.client('accepts', 'modern')
    stage.sandbox.fault({ path: '/v1/call', times: 1, kind: 'delay', seconds: 0.5 })
    const placing = call(client, 'place_call', input)
    while (stage.rings === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await stage.mcp.close()
    expect((await placing).structured.state).toBe('placed')
    await expect(fetch(stage.mcp.url)).rejects.toThrow()
  })

  test.each(['modern', 'legacy'] as const)(
    'a question that nobody has answered is not waited for, and rings nobody (%s)',
    async (era) => {
      stage = await Stage.begin({}, { speed: 1 })
      const { client, asked } = await stage.client('keeps_silent', era)
      const placing = call(client, 'place_call', input)
      placing.catch(() => undefined)
      while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      await stage.mcp.close()
      expect(stage.rings).toBe(0)
    },
  )

  test('a client that goes away while its user is asked rings nobody, and its session can end', async () => {
    stage = await Stage.begin({}, { speed: 1 })
    const { client, asked } = await stage.client('keeps_silent', 'legacy')
    const placing = call(client, 'place_call', input)
    placing.catch(() => undefined)
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    await client.close()
    await expect(placing).rejects.toThrow()
    await stage.mcp.close()
    expect([stage.rings, stage.mcp.sessions]).toEqual([0, 0])
  })

  test('whoever waits is told so, and nothing new is begun', async () => {
    stage = await Stage.begin({}, { speed: 1 })
    const { client } = await stage.client('accepts', 'legacy')
    const placed = await call(client, 'place_call', { ...input, recipient_phone: '+12025550108' })
    const { call_id } = placed.structured.call as { call_id: string }
    const waiting = call(client, 'wait_for_call', { call_id })
    waiting.catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const began = Date.now()
    await stage.mcp.close()
    expect(Date.now() - began).toBeLessThan(5_000)
    await expect(
      (async () => {
        const { client: late } = clientOf('accepts', 'modern')
        await late.connect(new StreamableHTTPClientTransport(new URL(stage?.mcp.url ?? '')))
      })(),
    ).rejects.toThrow()
  })
})
