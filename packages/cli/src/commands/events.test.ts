import { signWebhook } from '@movoice-kit/core/events'
import { createHooks, type Hooks } from '@movoice-kit/hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

let hooks: Hooks
let env: Record<string, string>
beforeAll(async () => {
  hooks = await createHooks({ webhookSecret: 'the-secret' })
  env = { HOOKS_TOKEN: hooks.token, HOOKS_PUBLIC_URL: hooks.url }
  for (const call_id of ['call_1', 'call_2', 'call_3']) {
    const body = JSON.stringify({
      event_type: 'call.failed',
      call_id,
      reason: 'busy',
      timestamp: 1_767_225_600,
    })
    const headers = {
      'content-type': 'application/json',
      'x-movoice-signature': signWebhook(body, 'the-secret'),
    }
    expect((await fetch(`${hooks.url}/movoice`, { method: 'POST', headers, body })).ok).toBe(true)
  }
})
afterAll(() => hooks.close())

test('lists, reads and replays what the relay holds', async () => {
  const { out } = await runCli(['events', 'list', '-n', '2', '-o', 'json'], env)
  expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual([
    'call_3:call.failed',
    'call_2:call.failed',
  ])
  const one = await runCli(['events', 'get', 'call_1:call.failed'], env)
  expect(one.out).toMatch(/Event +call_1:call\.failed\nOccurred +2026-01-01T00:00:00\.000Z\nOutcome +busy/)
  const replayed = await runCli(['events', 'replay', 'call_1:call.failed'], env)
  expect(replayed).toMatchObject({ code: 0, out: 'Queued 0 deliveries of call_1:call.failed.\n' })
})

test.each([
  [['events', 'list'], { HOOKS_TOKEN: '' }, 2, /^HOOKS_TOKEN is missing/],
  [['events', 'list'], { HOOKS_TOKEN: 'not-the-token-at-all' }, 3, /HOOKS_TOKEN|Authorization/],
  [['events', 'list', '--url', 'nowhere'], {}, 2, /^--url must be an http/],
  [['events', 'get', 'call_9:call.failed'], {}, 3, /There is no event/],
  [['events', 'list', '--url', 'http://127.0.0.1:65533'], {}, 4, /./],
])('%j with %j is one line', async (argv, changes, code, line) => {
  const ran = await runCli(argv, { ...env, ...changes } as Record<string, string>)
  expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' })
  expect(ran.err).toMatch(/^[^\n]+\n$/)
  expect(ran.err).toMatch(line)
})
