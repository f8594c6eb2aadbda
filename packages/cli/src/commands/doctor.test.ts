import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkClock } from '../doctor/account.ts'
import type { Finding } from '../doctor/check.ts'
import { checkNode } from '../doctor/machine.ts'
import { runCli } from '../testing/run-cli.ts'

const token = 'canary-token-of-the-relay'
let sandbox: Sandbox
let hooks: Hooks
let slack: Server
let slackUrl: string
let folder: string
/** Where nothing listens any more. */
let closed: number
let good: Record<string, string>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-doctor-'))
  sandbox = await createSandbox()
  hooks = await createHooks({ token, webhookSecret: 'canary-webhook-secret' })
  slack = createServer((request, response) => {
    const taken = request.headers.authorization === 'Bearer xoxb-canary-1'
    const body = taken ? { ok: true, user: 'movoice', team: 'Clinic' } : { ok: false, error: 'invalid_auth' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve))
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  closed = (other.address() as AddressInfo).port
  await new Promise((resolve) => other.close(resolve))
  slackUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/api/`
  good = {
    MOVOICE_API_KEY: 'sk_sandbox_canary',
    MOVOICE_BASE_URL: sandbox.baseUrl,
    MOVOICE_PLAN: 'growth',
    MOVOICE_WEBHOOK_SECRET: 'canary-webhook-secret',
    HOOKS_URL: hooks.url,
    HOOKS_TOKEN: token,
    HOOKS_DATA_DIR: join(folder, 'hooks'),
    SLACK_BOT_TOKEN: 'xoxb-canary-1',
    SLACK_SIGNING_SECRET: 'ca9a5ca9a5ca9a5ca9a5ca9a5ca9a5ca',
    SLACK_API_URL: slackUrl,
    SLACK_DATA_DIR: join(folder, 'slack'),
  }
})
afterAll(async () => {
  await Promise.all([sandbox.close(), hooks.close()])
  slack.closeAllConnections()
  slack.close()
  rmSync(folder, { recursive: true, force: true })
})

async function findings(env: Record<string, string>) {
  const { code, out, err } = await runCli(['doctor', '-o', 'json'], env)
  const all = JSON.parse(out) as Finding[]
  // Whatever else is said, none of the secrets is.
  expect(`${out}${err}`.replaceAll(slackUrl, '')).not.toMatch(/canary|ca9a5/)
  return { code, all, of: (check: string) => all.find((finding) => finding.check === check) }
}

test('finds nothing wrong where all is well', async () => {
  const { code, all } = await findings(good)
  expect(all.filter(({ state }) => state === 'bad')).toEqual([])
  expect(code).toBe(0)
  expect(all.map(({ check, state }) => `${check}: ${state}`)).toEqual([
    'Node: ok',
    'API key: ok',
    'Base URL: ok',
    'Movoice: ok',
    'Clock: none',
    'Plan: ok',
    'Webhook secret: ok',
    'Relay: ok',
    'Webhooks in: ok',
    'Relay token: ok',
    'Slack: ok',
    'Slack requests: ok',
    'Relay data: ok',
    'Slack data: ok',
  ])
})

test('what is not set up is no fault, but a key is needed', async () => {
  const { code, all } = await findings({ HOOKS_DATA_DIR: folder, SLACK_DATA_DIR: folder })
  expect(code).toBe(1)
  expect(all.filter(({ state }) => state === 'bad').map(({ check }) => check)).toEqual(['API key'])
})

describe('each fault is named with its remedy', () => {
  const file = () => {
    writeFileSync(join(folder, 'file'), '')
    return join(folder, 'file', 'data')
  }
  test.each<[string, () => Record<string, string>, RegExp]>([
    ['API key', () => ({ MOVOICE_API_KEY: 'canary key' }), /MOVOICE_API_KEY must be one word/],
    ['Movoice', () => ({ MOVOICE_API_KEY: 'sk_canary' }), /HTTP 401.*Check the API key/],
    ['Movoice', () => ({ MOVOICE_BASE_URL: `http://127.0.0.1:${closed}/v1` }), /No connection to the API/],
    ['Base URL', () => ({ MOVOICE_BASE_URL: 'ftp://x' }), /must be an http/],
    ['Base URL', () => ({ MOVOICE_BASE_URL: 'http://api.example.com/v1' }), /not encrypted.*use https/],
    ['Plan', () => ({ MOVOICE_PLAN: 'fast' }), /MOVOICE_PLAN must be starter/],
    [
      'Relay',
      () => ({ HOOKS_URL: `http://127.0.0.1:${closed}` }),
      /does not answer \(ECONNREFUSED\).*movoice hooks/,
    ],
    ['Relay', () => ({ HOOKS_URL: 'hooks' }), /is no URL/],
    ['Relay', () => ({ HOOKS_URL: sandbox.baseUrl }), /readyz answers 40\d/],
    ['Webhooks in', () => ({ HOOKS_URL: sandbox.baseUrl }), /not 401.*Is another server/],
    ['Webhooks in', () => ({ HOOKS_PUBLIC_URL: hooks.url }), /not https/],
    ['Webhooks in', () => ({ HOOKS_PUBLIC_URL: 'https://127.0.0.1:1' }), /does not answer.*check the proxy/],
    ['Relay token', () => ({ HOOKS_TOKEN: 'canary-of-another-relay' }), /refuses it.*started with/],
    ['Relay token', () => ({ HOOKS_TOKEN: 'canary' }), /16 characters/],
    ['Relay token', () => ({ HOOKS_TOKEN: '' }), /HOOKS_TOKEN is missing/],
    ['Slack', () => ({ SLACK_BOT_TOKEN: 'xoxb-canary-2' }), /invalid_auth.*Install the app again/],
    ['Slack', () => ({ SLACK_BOT_TOKEN: 'xoxp-canary' }), /no bot token.*xoxb-/],
    ['Slack', () => ({ SLACK_API_URL: 'http://127.0.0.1:1/' }), /does not answer/],
    ['Slack requests', () => ({ SLACK_SIGNING_SECRET: 'canary' }), /32 hexadecimal digits/],
    ['Slack requests', () => ({ SLACK_APP_TOKEN: 'canary' }), /begins with xapp-/],
    ['Slack requests', () => ({ SLACK_SIGNING_SECRET: '' }), /neither SLACK_APP_TOKEN nor/],
    ['Relay data', () => ({ HOOKS_DATA_DIR: file() }), /is a file.*Set HOOKS_DATA_DIR/],
  ])('%s', async (check, changes, line) => {
    const { code, of } = await findings({ ...good, ...changes() })
    expect(code).toBe(1)
    const finding = of(check)
    expect(finding).toMatchObject({ state: 'bad' })
    expect(`${finding?.says} ${finding?.remedy}`).toMatch(line)
  })
})

test.each([
  [90_000, 'bad', '90 s ahead of'],
  [-3_600_000, 'bad', '3600 s behind'],
  [900, 'ok', 'within 1 s'],
  [-45_000, 'ok', 'within 45 s'],
])('a clock that is %d ms off', (off, state, says) => {
  const finding = checkClock(1_767_225_600_000, 1_767_225_600_000 + off)
  expect(finding.state).toBe(state)
  expect(finding.says).toContain(says)
})

test.each([
  ['24.21.0', 'ok'],
  ['22.19.0', 'ok'],
  ['22.18.0', 'bad'],
  ['20.20.2', 'bad'],
])('Node %s', (version, state) => {
  expect(checkNode(version).state).toBe(state)
})

test('for people: a mark a line, the remedy under it, only faults with --quiet', async () => {
  const { out, err, code } = await runCli(['doctor', '--quiet'], { ...good, MOVOICE_PLAN: 'fast' })
  expect(out).toMatch(/^✗ Plan {2}MOVOICE_PLAN must be .*\n {8}The dashboard shows yours/)
  expect({ code, err }).toEqual({ code: 1, err: '1 thing is wrong.\n' })
})
