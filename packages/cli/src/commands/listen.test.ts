import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { systemClock } from '@movoice-kit/core'
import {
  type CallEvent,
  sampleWebhook,
  signWebhook,
  verifyDelivery,
  verifyWebhook,
} from '@movoice-kit/core/events'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import { HooksClient } from '@movoice-kit/hooks/client'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { relaySource } from '../listen/relay-source.ts'
import { runCli, SPEED } from '../testing/run-cli.ts'

interface Got {
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
}

let sink: Server
let url: string
let got: Got[]
let status: number
beforeEach(async () => {
  got = []
  status = 204
  sink = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await text(request) })
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook`
})
afterEach(() => {
  sink.closeAllConnections()
  sink.close()
})

/** Runs `movoice listen` until so many lines were printed, doing `work` once it listens. */
async function listenFor(
  lines: number,
  argv: readonly string[],
  env: Record<string, string>,
  work: () => Promise<unknown>,
) {
  const stop = new AbortController()
  let out = ''
  const onOut = (more: string) => {
    out += more
    if (out.split('\n').length > lines) stop.abort()
  }
  const ran = runCli(['listen', ...argv], env, undefined, { signal: stop.signal, onOut })
  await systemClock.sleep(300)
  await work()
  return ran
}

describe('to an account', () => {
  test('hands on what the list of calls tells, signed as Movoice signs it', async () => {
    const sandbox = await createSandbox({ speed: SPEED })
    const env = { MOVOICE_API_KEY: sandbox.apiKey, MOVOICE_BASE_URL: sandbox.baseUrl }
    const argv = [
      '--forward-to',
      url,
      '--secret',
      'mine',
      '--events',
      'call.completed',
      '--headers',
      'x-a: 1, x-b:2',
    ]
    const ran = await listenFor(1, argv, env, () =>
      runCli(['call', '+12025550101', '--agent', 'agent_clinic', '--yes'], env),
    )
    await sandbox.close()
    expect(ran.code).toBe(130)
    expect(ran.out).toMatch(/^\d\d:\d\d:\d\d {2}call\.completed +call_\w+ {2}BOOKED {2}→ 204 in \d+ ms\n$/)
    expect(ran.err).toMatch(
      /^Looking every 5 s for calls.*\nHanding them on to http.*Ctrl-C ends it\.\nStopped\.\n$/s,
    )
    expect(got).toHaveLength(1)
    const [{ headers, body }] = got as [Got]
    expect(() => verifyWebhook(body, headers, 'mine')).not.toThrow()
    expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '2' })
    expect(JSON.parse(body)).toMatchObject({ event_type: 'call.completed', outcome: 'BOOKED' })
  })
})

describe('to a relay', () => {
  const token = 'a-token-of-some-length'
  const env = { HOOKS_TOKEN: token }
  let hooks: Hooks
  let client: HooksClient
  beforeAll(async () => {
    hooks = await createHooks({ token, webhookSecret: 'dashboard' })
    client = new HooksClient({ url: hooks.url, token, transport: fetchTransport() })
  })
  afterAll(() => hooks.close())

  const tell = async (callId: string) => {
    const body = JSON.stringify({ ...sampleWebhook('call.completed'), call_id: callId })
    const headers = {
      'content-type': 'application/json',
      'x-movoice-signature': signWebhook(body, 'dashboard'),
    }
    await fetch(`${hooks.url}/movoice`, { method: 'POST', headers, body })
  }

  test('subscribes while it runs, and hands deliveries on under its own signature', async () => {
    const secret = (await runCli(['listen', '--print-secret', '--as', 'relay'], env)).out.trim()
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/)
    expect(secret).not.toContain(token)
    const argv = ['--hooks-url', hooks.url, '--forward-to', url, '--as', 'relay']
    const ran = await listenFor(1, argv, env, async () => {
      expect(await client.list()).toMatchObject([{ description: 'movoice listen' }])
      await tell('call_1')
    })
    expect(ran.code).toBe(130)
    const [{ headers, body }] = got as [Got]
    expect(() => verifyDelivery(body, headers, secret)).not.toThrow()
    expect((JSON.parse(body) as CallEvent).id).toBe('call_1:call.completed')
    expect(await client.list()).toEqual([])
  })

  test('says what the URL answered, and lets the relay come again', async () => {
    status = 503
    const ran = await listenFor(1, ['--hooks-url', hooks.url, '--forward-to', url], env, async () => {
      await tell('call_2')
    })
    expect(ran.out).toMatch(/call_2 {2}BOOKED {2}→ 503 in/)
    sink.closeAllConnections()
    await new Promise((resolve) => sink.close(resolve))
    const gone = await listenFor(1, ['--hooks-url', hooks.url, '--forward-to', url], env, () =>
      tell('call_3'),
    )
    expect(gone.out).toMatch(/call_3 {2}BOOKED {2}→ ECONNREFUSED/)
  })

  test('prints them as JSON, a line an event', async () => {
    const ran = await listenFor(1, ['--hooks-url', hooks.url, '-o', 'json', '--quiet'], env, () =>
      tell('call_4'),
    )
    expect(JSON.parse(ran.out)).toMatchObject({ event: { call_id: 'call_4' }, answer: null })
    expect(ran.err).toBe('Stopped.\n')
  })

  test('prints them as CSV, under one head', async () => {
    const argv = ['--hooks-url', hooks.url, '-o', 'csv', '--forward-to', url]
    const ran = await listenFor(2, argv, env, () => tell('call_csv'))
    expect(ran.out).toMatch(
      /^time,event,call,outcome,answer,ms\n[\d-]+T[\d:.]+Z,call\.completed,call_csv,BOOKED,204,\d+\n$/,
    )
  })

  test('looks for events at a relay that cannot reach this machine', async () => {
    const stop = new AbortController()
    const elsewhere = new HooksClient({
      url: 'https://hooks.example.com',
      token,
      transport: (request) =>
        fetchTransport()({ ...request, url: request.url.replace('https://hooks.example.com', hooks.url) }),
    })
    const seen: string[] = []
    const running = relaySource({
      client: elsewhere,
      url: 'https://hooks.example.com',
      clock: systemClock,
      signal: stop.signal,
      everyMs: 50,
      onTrouble: (line) => seen.push(line),
    }).run(
      async ({ id }) => {
        seen.push(id)
        if (seen.length === 2) stop.abort()
        return true
      },
      () => undefined,
    )
    await systemClock.sleep(150)
    await tell('call_5')
    await tell('call_6')
    await running
    expect(seen).toEqual(['call_5:call.completed', 'call_6:call.completed'])
    expect(await client.list()).toEqual([])
  })
})

test('the secret is the same every time, and the webhook secret if there is one', async () => {
  const print = async (env: Record<string, string>) => (await runCli(['listen', '--print-secret'], env)).out
  const mine = await print({ MOVOICE_API_KEY: 'sk_1' })
  expect(mine).toMatch(/^[0-9a-f]{64}\n$/)
  expect(await print({ MOVOICE_API_KEY: 'sk_1' })).toBe(mine)
  expect(await print({ MOVOICE_API_KEY: 'sk_2' })).not.toBe(mine)
  expect(await print({ MOVOICE_API_KEY: 'sk_1', MOVOICE_WEBHOOK_SECRET: 'new,old' })).toBe('new\n')
})

test.each([
  [['--events', 'call.ended'], /There is no event call\.ended/],
  [['--forward-to', 'localhost:3000'], /must be an http or https URL/],
  [['--headers', 'nonsense'], /must be name:value/],
  [['--print-secret'], /--secret is missing/],
  [['--hooks-url', 'http://127.0.0.1:4020', '--secret', 's'], /HOOKS_TOKEN is missing/],
])('listen %j is refused', async (argv, line) => {
  const { code, err } = await runCli(['listen', ...argv], {})
  expect(code).toBe(2)
  expect(err).toMatch(line)
})
