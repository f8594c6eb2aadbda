import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodes } from '@movoice-kit/core/command'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doors } from './doors.ts'
import { exitCodeMeanings } from './exit-codes.ts'
import { runCli, SPEED } from './testing/run-cli.ts'

let sandbox: Sandbox
let env: Record<string, string>
/** Where nothing listens any more. */
let closed: string
beforeAll(async () => {
  sandbox = await createSandbox({ speed: SPEED })
  env = { MOVOICE_API_KEY: sandbox.apiKey, MOVOICE_BASE_URL: sandbox.baseUrl }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closed = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  await new Promise((resolve) => server.close(resolve))
})
afterAll(() => sandbox.close())

/** Lines that a terminal of the usual width would break in the middle of a word. */
const tooWide = (text: string) => text.split('\n').filter((line) => line.length > 80)

const rings = async () => sandbox.rings().length

describe('movoice', () => {
  test('says what it can do, within 80 columns', async () => {
    const { code, out, err } = await runCli(['--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name, summary } of doors)
      expect(out).toMatch(new RegExp(`^ {2}${name} +${summary.replace(/[/.]/g, '\\$&')}$`, 'm'))
    expect(out).toContain('MOVOICE_API_KEY')
    expect(tooWide(out)).toEqual([])
  })

  test.each(doors)('$name has a help of its own, which "help" prints too', async ({ name }) => {
    const { code, out, err } = await runCli([name, '--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`Usage: movoice ${name}`)
    expect(tooWide(out)).toEqual([])
    expect(await runCli(['help', name])).toEqual({ code: 0, out, err: '' })
  })

  test.each(
    ['calls', 'agents', 'events'].flatMap((name) =>
      ['list', 'get', 'update', 'replay'].map((verb) => [name, verb]),
    ),
  )('%s %s --help fits too, where there is one', async (name, verb) => {
    expect(tooWide((await runCli([name, verb, '--help'])).out)).toEqual([])
  })

  test('a flag that is missing is named with the help that tells of it', async () => {
    expect((await runCli(['call', '+12025550101'])).err).toBe(
      'error: required option \'--agent <id>\' not specified\nSee "movoice call --help".\n',
    )
    expect((await runCli(['calls', 'get'])).err).toMatch(/See "movoice calls get --help"\.\n$/)
  })

  test('help tells of itself, of commands within commands, and of what is not there', async () => {
    expect((await runCli(['help'])).out).toBe((await runCli(['--help'])).out)
    expect((await runCli(['help', 'calls', 'list'])).out).toContain('Usage: movoice calls list')
    const nonsense = await runCli(['help', 'nonsense'])
    expect(nonsense).toMatchObject({ code: 2, out: '' })
    expect(nonsense.err).toMatch(/names no command: nonsense\. There are: call, calls, .*"exit-codes"\.\n$/)
  })
})

describe('exit codes', () => {
  test('stand in one table: in the code, in the help and in the docs', async () => {
    const { code, out } = await runCli(['help', 'exit-codes'])
    expect(code).toBe(0)
    expect(exitCodeMeanings.map(([number]) => number).sort((a, b) => a - b)).toEqual(
      Object.values(exitCodes).sort((a, b) => a - b),
    )
    const docs = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
    for (const [number, meaning] of exitCodeMeanings) {
      expect(out).toMatch(new RegExp(`^ +${number} +${meaning}$`, 'm'))
      expect(docs).toContain(`| ${number} | ${meaning}`)
    }
  })

  test.each(doors)('$name: a flag that there is not is a 2, with a line that says so', async ({ name }) => {
    const { code, out, err } = await runCli([name, '--no-such-flag'], env)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/no-such-flag|required option|missing required argument/)
    expect(err).not.toMatch(/ {4}at /)
  })

  test.each<[number, string[], Record<string, string>]>([
    [0, ['calls', 'list'], {}],
    [0, ['agents', 'list'], {}],
    [0, ['completion', 'bash'], {}],
    [1, ['verify', 'FILE', '--secret', 's', '--signature', 'a'.repeat(64)], {}],
    [1, ['trigger', 'call.failed', '--to', 'CLOSED', '--secret', 's'], {}],
    [1, ['doctor'], { MOVOICE_API_KEY: '' }],
    [2, ['events', 'list'], {}],
    [2, ['hooks'], {}],
    [2, ['slack'], {}],
    [2, ['mcp'], { MOVOICE_API_KEY: '' }],
    [2, ['sandbox', '--speed', 'fast'], {}],
    [2, ['up', '--hooks-port', 'x'], {}],
    [2, ['demo', '--agent', 'a'], {}],
    [2, ['listen', '--print-secret'], { MOVOICE_API_KEY: '' }],
    [2, ['batch', '/no/such/file.csv', '--agent', 'a'], {}],
    [2, ['call', '+12025550101', '--agent', 'a'], {}],
    [3, ['call', '+12025550110', '--agent', 'agent_clinic', '--yes'], {}],
    [3, ['calls', 'get', 'call_none'], {}],
    [3, ['agents', 'get', 'agent_none'], {}],
    [3, ['batch', 'CSV', '--agent', 'agent_none', '--yes'], {}],
    [4, ['call', '+12025550101', '--agent', 'a', '--yes'], { MOVOICE_BASE_URL: 'CLOSED' }],
    [4, ['calls', 'recording', 'x'], { MOVOICE_BASE_URL: 'CLOSED' }],
    [4, ['events', 'list', '--url', 'CLOSED'], { HOOKS_TOKEN: 'a-token-of-some-length' }],
  ])('%d: movoice %j %j', async (expected, argv, changes) => {
    const folder = mkdtempSync(join(tmpdir(), 'movoice-cli-test-'))
    const path = join(folder, 'people.csv')
    writeFileSync(path, 'phone\n+12025550101\n')
    const real = (text: string) => text.replace('CLOSED', closed).replace(/^(FILE|CSV)$/, path)
    const settings = Object.fromEntries(Object.entries(changes).map(([name, text]) => [name, real(text)]))
    const { code, err } = await runCli(argv.map(real), { ...env, ...settings })
    rmSync(folder, { recursive: true, force: true })
    expect(code, err).toBe(expected)
    expect(err).not.toMatch(/ {4}at /)
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
