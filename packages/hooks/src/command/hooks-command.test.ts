import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { runCommand } from '@movoice-kit/core/command'
import { until } from '@movoice-kit/core/testing'
import { afterEach, expect, test } from 'vitest'
import { Stage } from '../testing/start.ts'
import { hooksCommand } from './index.ts'

const stage = new Stage()
afterEach(() => stage.end())

const ENV = { HOOKS_TOKEN: 'a-token-of-some-length', MOVOICE_WEBHOOK_SECRET: 's' }

function run(argv: readonly string[], env: Record<string, string> = ENV) {
  const stop = new AbortController()
  const out = { text: '' }
  const err = { text: '' }
  const io = {
    stdout: { write: (text: string) => (out.text += text) },
    stderr: { write: (text: string) => (err.text += text) },
    env,
    signal: stop.signal,
  }
  const code = runCommand(hooksCommand(io), argv, io)
  stage.defer(async () => {
    stop.abort()
    await code
  })
  return { out, err, code, stop }
}

test('says where it is ready, keeps its data in the folder, and ends with 0 when told to stop', async () => {
  const { out, err, code, stop } = run(['--port', '0', '--data', stage.folder()])
  await until(() => out.text !== '', 'the line')
  const [, url] = /^hooks ready on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(out.text) ?? []
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  expect(
    (await fetch(`${url}/hooks`, { headers: { authorization: `Bearer ${ENV.HOOKS_TOKEN}` } })).status,
  ).toBe(200)
  stop.abort()
  expect(await code).toBe(0)
  expect(err.text).toBe('')
})

test('takes rate limits from the configuration file', async () => {
  const folder = stage.folder()
  const config = join(folder, 'hooks.json')
  writeFileSync(config, '{"rate_limits":{"read":1,"wrong_tokens":50}}')
  const { out } = run(['--port', '0', '--data', folder, '--config', config])
  await until(() => out.text !== '', 'the line')
  const look = () =>
    fetch(`${/http:\S+/.exec(out.text)?.[0]}/hooks`, {
      headers: { authorization: `Bearer ${ENV.HOOKS_TOKEN}` },
    })
  expect([(await look()).status, (await look()).status]).toEqual([200, 429])
})

test('refuses a data folder that another server uses, and takes it once that is gone', async () => {
  const folder = stage.folder()
  const first = run(['--port', '0', '--data', folder])
  await until(() => first.out.text !== '', 'the line')
  const second = run(['--port', '0', '--data', folder])
  expect(await second.code).toBe(1)
  expect(second.err.text).toBe(
    `The data folder ${folder} is in use by another hooks server. Stop that one, or choose another folder with --data.\n`,
  )
  first.stop.abort()
  await first.code
  const third = run(['--port', '0', '--data', folder])
  await until(() => third.out.text !== '', 'the line')
})

test('says that the port is in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  stage.defer(() => taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const { err, code } = run(['--port', String(port), '--data', stage.folder()])
  expect(await code).toBe(1)
  expect(err.text).toBe(
    `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another with --port.\n`,
  )
})

test('says that the data folder cannot be used', async () => {
  const file = join(stage.folder(), 'file')
  writeFileSync(file, '')
  const { err, code } = run(['--port', '0', '--data', file])
  expect(await code).toBe(1)
  expect(err.text).toBe(
    `${file} is a file, so no data folder can be made there. Choose another folder with --data.\n`,
  )
  const proc = run(['--port', '0', '--data', '/proc/hooks'])
  expect(await proc.code).toBe(1)
  expect(proc.err.text).toMatch(/^The data folder \/proc\/hooks cannot be written to\. Give [^\n]+\n$/)
  const damaged = stage.folder()
  writeFileSync(
    join(damaged, 'hooks.db'),
    'this is no database at all, but long enough to be taken for one '.repeat(20),
  )
  const broken = run(['--port', '0', '--data', damaged])
  expect(await broken.code).toBe(1)
  expect(broken.err.text).toBe(
    `The database in ${damaged} is damaged. Put a backup in its place, or choose an empty folder with --data.\n`,
  )
})

test.each([
  ['{', /^--config names \S+, which is not valid JSON\.\n$/],
  ['{"acounts":{}}', /^--config names \S+, in which acounts is not a field of this request\.\n$/],
  [
    '{"tokens":[{"name":"a","sha256":"short","scopes":["read"]}]}',
    /^--config names \S+, in which tokens\[0\]\.sha256 must be the SHA-256 of the token, 64 hex digits\.\n$/,
  ],
  [
    '{"accounts":{"north":{"api_key":"two words"}}}',
    /^--config names \S+, in which accounts\.north [^\n]+\n$/,
  ],
  ['{"rate_limits":{"read":0}}', /^--config names \S+, in which rate_limits\.read must be 1 or more\.\n$/],
  [
    '{"rate_limits":{"reads":5}}',
    /^--config names \S+, in which rate_limits\.reads is not a field of this request\.\n$/,
  ],
])('says what is wrong with the configuration file: %s', async (text, line) => {
  const config = join(stage.folder(), 'hooks.json')
  writeFileSync(config, text)
  const { err, code } = run(['--port', '0', '--data', stage.folder(), '--config', config])
  expect(await code).toBe(2)
  expect(err.text).toMatch(line)
})

test.each([
  [{}, /^HOOKS_TOKEN is missing\. [^\n]+\n$/],
  [{ ...ENV, HOOKS_TOKEN: 'short' }, /^HOOKS_TOKEN must be one word of 16 characters or more\.\n$/],
  [
    { HOOKS_TOKEN: ENV.HOOKS_TOKEN },
    /^MOVOICE_WEBHOOK_SECRET is missing, and so is MOVOICE_API_KEY\. [^\n]+\n$/,
  ],
  [{ ...ENV, MOVOICE_API_KEY: 'two words' }, /^MOVOICE_API_KEY [^\n]+\n$/],
  [{ ...ENV, HOOKS_DATABASE_URL: 'mysql://x' }, /^HOOKS_DATABASE_URL must be a URL such as [^\n]+\n$/],
  [
    { ...ENV, HOOKS_DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' },
    /^PostgreSQL at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)\. [^\n]+\n$/,
  ],
  [
    { ...ENV, HOOKS_TRUSTED_PROXIES: '10.0.0.0/8, nginx' },
    /^HOOKS_TRUSTED_PROXIES must be addresses [^\n]+\n$/,
  ],
  [
    { ...ENV, HOOKS_SWEEP_SECONDS: '5' },
    /^HOOKS_SWEEP_SECONDS must be a whole number of seconds, 10 or more\.\n$/,
  ],
  [
    { ...ENV, HOOKS_API_PER_MINUTE: 'many' },
    /^HOOKS_API_PER_MINUTE must be a whole number of requests a minute, 1 or more\.\n$/,
  ],
  [
    { ...ENV, HOOKS_RETENTION_DAYS: '0' },
    /^HOOKS_RETENTION_DAYS must be a whole number of days, 1 or more\.\n$/,
  ],
  [{ ...ENV, HOOKS_MAX_MB: '2 GB' }, /^HOOKS_MAX_MB must be a whole number of megabytes, 10 or more\.\n$/],
  [{ ...ENV, HOOKS_PUBLIC_URL: 'nowhere' }, /^HOOKS_PUBLIC_URL must be a URL [^\n]+\n$/],
] as [Record<string, string>, RegExp][])('names the setting that is wrong: %j', async (env, line) => {
  const { err, code } = run(['--port', '0'], env)
  expect(await code).toBeGreaterThan(0)
  expect(err.text).toMatch(line)
})
