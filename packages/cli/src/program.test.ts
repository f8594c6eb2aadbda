import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { verifyWebhook } from '@movoice-kit/core/events'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli, SPEED } from './testing/run-cli.ts'

let sandbox: Sandbox
let env: Record<string, string>
beforeAll(async () => {
  sandbox = await createSandbox({ speed: SPEED })
  env = { MOVOICE_API_KEY: sandbox.apiKey, MOVOICE_BASE_URL: sandbox.baseUrl }
})
afterAll(() => sandbox.close())

const rings = async () => {
  const { calls } = (await (await fetch(`${sandbox.controlUrl}/calls`)).json()) as { calls: unknown[] }
  return calls.length
}

describe('movoice', () => {
  test('says what it can do', async () => {
    const { code, out } = await runCli(['--help'])
    expect(code).toBe(0)
    for (const name of [
      'call',
      'calls',
      'agents',
      'demo',
      'sandbox',
      'hooks',
      'MOVOICE_API_KEY',
      'Exit codes',
    ]) {
      expect(out).toContain(name)
    }
  })

  test.each(['call', 'calls', 'agents', 'demo', 'sandbox', 'hooks'])(
    '%s has a help of its own',
    async (name) => {
      const { code, out, err } = await runCli([name, '--help'])
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain(`Usage: movoice ${name}`)
    },
  )

  test('places a call, waits and prints the result', async () => {
    const { code, out, err } = await runCli(
      ['call', '+1 202 555 0101', '--agent', 'agent_clinic', '--yes', '--wait'],
      env,
    )
    expect({ code, err: err.replace(/call_\w+/, 'ID') }).toEqual({
      code: 0,
      err: 'Placed ID; waiting for its end.\n',
    })
    expect(out).toMatch(/Status +completed/)
    expect(out).toMatch(/Outcome +BOOKED/)
    expect(out).toMatch(/Summary +\S/)
  }, 60_000)

  test('prints JSON for programs', async () => {
    const { out } = await runCli(['calls', 'list', '-o', 'json'], env)
    const calls = JSON.parse(out) as { call_id: string; status: string }[]
    expect(calls.length).toBeGreaterThan(0)
    const { out: one } = await runCli(['calls', 'get', calls[0]?.call_id ?? '', '-o', 'json'], env)
    expect(JSON.parse(one)).toMatchObject({ call_id: calls[0]?.call_id })
    const { out: csv } = await runCli(['calls', 'list', '-o', 'csv'], env)
    expect(csv.split('\n')[0]).toBe('call,status,number,agent,created,duration,outcome,summary')
  })

  test('asks before a phone rings', async () => {
    const before = await rings()
    const no = await runCli(['call', '+12025550101', '--agent', 'agent_clinic'], env, ['n'])
    expect(no).toMatchObject({ code: 1, out: '' })
    expect(no.err).toContain('Call +1 202 555 0101 (US) with agent_clinic? [y/N] ')
    expect(await rings()).toBe(before)
    const yes = await runCli(['call', '+12025550101', '--agent', 'agent_clinic'], env, ['y'])
    expect(yes.code).toBe(0)
    expect(await rings()).toBe(before + 1)
  })

  test('sends nothing in a dry run', async () => {
    const before = await rings()
    const ran = await runCli(
      ['call', '+12025550101', '--agent', 'a', '--var', 'name=Asha=1', '--dry-run'],
      {},
    )
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toEqual({
      agent_id: 'a',
      recipient_phone: '+12025550101',
      variables: { name: 'Asha=1' },
    })
    expect(await rings()).toBe(before)
  })

  test('changes an agent after showing the difference', async () => {
    const ran = await runCli(
      ['agents', 'update', 'agent_clinic', '--voice', 'voice_new', '-o', 'json'],
      env,
      ['y'],
    )
    expect(ran.err).toContain('+ voice_new')
    expect(JSON.parse(ran.out)).toMatchObject({ agent_id: 'agent_clinic', voice_id: 'voice_new' })
    const { out } = await runCli(['agents', 'list'], env)
    expect(out).toMatch(/agent_clinic .*voice_new/)
  })
})

describe('a mistake is one line with a next step, and nothing is placed', () => {
  test.each([
    ['no key', ['calls', 'list'], {}, 2, /^MOVOICE_API_KEY is missing\. .*dashboard/],
    [
      'a key with a line break',
      ['calls', 'list'],
      { MOVOICE_API_KEY: 'sk_1\n2' },
      2,
      /^MOVOICE_API_KEY must be one word/,
    ],
    ['a bad URL', ['calls', 'list'], { MOVOICE_BASE_URL: 'ftp://x' }, 2, /^MOVOICE_BASE_URL must be an http/],
    ['a wrong key', ['calls', 'list'], { MOVOICE_API_KEY: 'sk_wrong' }, 3, /HTTP 401.*Check the API key/],
    [
      'a number without country',
      ['call', '2025550101', '--agent', 'a', '--yes'],
      {},
      2,
      /^<number> has no country code/,
    ],
    [
      'a number that is none',
      ['call', '+1 202', '--agent', 'a', '--yes'],
      {},
      2,
      /^<number> has a wrong number of digits/,
    ],
    ['an unknown agent', ['call', '+12025550101', '--agent', 'agent_none', '--yes'], {}, 3, /HTTP 404/],
    [
      'an agent that is not active',
      ['call', '+12025550101', '--agent', 'agent_inactive', '--yes'],
      {},
      3,
      /HTTP 422/,
    ],
    ['nobody to ask', ['call', '+12025550101', '--agent', 'agent_clinic'], {}, 2, /^--yes is missing/],
    ['a call that is not there', ['calls', 'get', 'call_none'], {}, 3, /HTTP 404/],
    ['nothing to change', ['agents', 'update', 'agent_clinic'], {}, 2, /^--prompt is missing/],
    [
      'a server that is not there',
      ['calls', 'list'],
      { MOVOICE_BASE_URL: 'http://127.0.0.1:9/v1' },
      4,
      /^No connection to the API/,
    ],
    [
      'a number to call for real, but no agent',
      ['demo', '--to', '+12025550101'],
      {},
      2,
      /^--agent is missing/,
    ],
  ])('%s', async (_what, argv, changes, code, line) => {
    const before = await rings()
    const base = 'MOVOICE_API_KEY' in changes || _what !== 'no key' ? env : {}
    const ran = await runCli(argv, { ...base, ...changes } as Record<string, string>)
    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' })
    expect(ran.err).toMatch(/^[^\n]+\n$/)
    expect(ran.err).toMatch(line)
    expect(await rings()).toBe(before)
  })

  test.each([
    [['cal']],
    [['call', '+12025550101']],
    [['calls', 'list', '--limit', 'x']],
    [['calls', 'list', '-o', 'xml']],
    [['calls', 'list', '--nonsense']],
    [['sandbox', '--port', 'x']],
    [['hooks', '--port', '99999']],
  ])('%j ends with the usage code', async (argv) => {
    const ran = await runCli(argv, env)
    expect(ran.code).toBe(2)
    expect(ran.err).not.toMatch(/ {4}at /)
    expect(ran.err).not.toBe('')
  })
})

test.each(['sandbox', 'hooks'])('%s says that its port is in use', async (name) => {
  const port = new URL(sandbox.baseUrl).port
  const folder = mkdtempSync(join(tmpdir(), 'movoice-cli-test-'))
  const settings = {
    HOOKS_TOKEN: 'a-token-of-some-length',
    MOVOICE_WEBHOOK_SECRET: 's',
    HOOKS_DATA_DIR: folder,
  }
  const ran = await runCli([name, '--port', port], settings)
  rmSync(folder, { recursive: true, force: true })
  expect(ran).toEqual({
    code: 1,
    out: '',
    err: `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another with --port.\n`,
  })
})

describe('movoice trigger', () => {
  test('sends what Movoice would, and the receiver can verify it', async () => {
    const got: string[] = []
    const server = createServer(async (request, response) => {
      const body = await text(request)
      try {
        verifyWebhook(body, request.headers, 'the-secret')
        got.push(body)
        response.writeHead(204).end()
      } catch {
        response.writeHead(401).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    const override = ['--override', 'reason=busy', '--override', 'tries=3', '--remove', 'timestamp']
    const good = await runCli(['trigger', 'call.failed', '--to', url, '--secret', 'the-secret', ...override])
    expect(good).toMatchObject({
      code: 0,
      err: '',
      out: `${url} answered 204 to call.failed of call_3d9q7.\n`,
    })
    expect(JSON.parse(got[0] ?? '')).toEqual({
      event_type: 'call.failed',
      call_id: 'call_3d9q7',
      reason: 'busy',
      recipient_phone: '+12025550102',
      tries: 3,
    })
    const bad = await runCli(['trigger', 'call.failed', '--to', url, '--secret', 'another'])
    expect(bad).toMatchObject({ code: 1, out: '' })
    expect(bad.err).toMatch(/answered 401.*Is the secret the one/)
    await new Promise((resolve) => server.close(resolve))
    const gone = await runCli(['trigger', 'call.failed', '--to', url, '--secret', 'the-secret'])
    expect(gone.err).toMatch(/did not answer \(\w+\)\. Is something listening there\?\n$/)
  })
})

describe('a call whose answer is lost', () => {
  const call = (number: string) =>
    runCli(['call', number, '--agent', 'agent_clinic', '--yes', '-o', 'json'], env)

  test.each(['+12025550112', '+12025550113', '+12025550118'])(
    '%s is found, and rang once',
    async (number) => {
      const before = await rings()
      const { code, out } = await call(number)
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({ recipient_phone: number })
      expect(await rings()).toBe(before + 1)
    },
  )

  test('ends with a code of its own if it is nowhere to be found', async () => {
    const before = await rings()
    await fetch(`${sandbox.controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: '/call', times: 1, kind: 'status', status: 503 }),
    })
    const { code, out, err } = await call('+12025550166')
    expect({ code, out }).toEqual({ code: 5, out: '' })
    expect(err).toMatch(/^It is not known whether the call was placed[^\n]+\n$/)
    expect(await rings()).toBe(before)
  })
})
