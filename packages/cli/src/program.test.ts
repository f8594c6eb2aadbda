import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const rings = async () => sandbox.rings().length

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
