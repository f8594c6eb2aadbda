import { runCommand } from '@movoice-kit/core/command'
import { expect, test } from 'vitest'
import { sandboxCommand } from './command.ts'
import { numberOf, scenarios } from './scenarios.ts'

/** Runs the command until it has said that it is ready, or has ended. */
async function run(
  argv: readonly string[],
  env: Record<string, string> = {},
  use = async (_said: string) => {},
) {
  const stop = new AbortController()
  let out = ''
  let err = ''
  let ready: () => void = () => undefined
  const isReady = new Promise<void>((resolve) => {
    ready = resolve
  })
  const io = {
    stdout: {
      write: (text: string) => {
        out += text
        ready()
      },
    },
    stderr: {
      write: (text: string) => {
        err += text
      },
    },
    env,
    signal: stop.signal,
  }
  const ended = runCommand(sandboxCommand(io), argv, io)
  await Promise.race([isReady, ended])
  if (out.startsWith('sandbox ready')) await use(out)
  stop.abort()
  return { code: await ended, out, err }
}

test('says one line when it listens, and ends when it is told to', async () => {
  const { code, out, err } = await run(['--port', '0', '--speed', '0'], {}, async (said) => {
    const url = said.trim().split(' ').at(-1)
    const { status } = await fetch(`${url}/agents`, { headers: { authorization: 'Bearer sk_sandbox_1' } })
    expect(status).toBe(200)
  })
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/^sandbox ready on http:\/\/127\.0\.0\.1:\d+\/v1\n$/)
})

test('warns who may come in when others may', async () => {
  const { code, err } = await run(['--port', '0', '--host', '0.0.0.0'])
  expect([code, err]).toEqual([0, expect.stringMatching(/^Listening on 0\.0\.0\.0: .*\n$/)])
})

test('a port in use is one line', async () => {
  await run(['--port', '0'], {}, async (said) => {
    const port = /:(\d+)\//.exec(said)?.[1] ?? ''
    const second = await run(['--port', port])
    expect(second).toMatchObject({ code: 1, out: '' })
    expect(second.err).toMatch(/^Port \d+ on 127\.0\.0\.1 is in use\. [^\n]*\n$/)
  })
})

test.each([
  [['--port', '99999'], '--port must be a port from 0 to 65535.'],
  [['--seed', 'x'], '--seed must be a number.'],
  [['--speed', 'fast'], '--speed must be a number.'],
  [['--plan', 'huge'], '--plan must be starter, growth'],
  [['--window', 'tumbling'], '--window must be one of sliding, fixed, gcra.'],
  [['--webhook-url', 'http://127.0.0.1/'], '--webhook-secret is missing.'],
  [['--webhook-secret', 'a'], '--webhook-url is missing.'],
  [
    ['--webhook-url', 'https://example.com/', '--webhook-secret', 'a'],
    '--webhook-url must be on this machine',
  ],
])('%j is refused in one line', async (argv, message) => {
  const { code, out, err } = await run(['--port', '0', ...argv])
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(message)
  expect(err.trim().split('\n')).toHaveLength(1)
})

test('a plan from the environment counts', async () => {
  await run(['--port', '0'], { MOVOICE_PLAN: 'starter' }, async (said) => {
    const { origin } = new URL(said.trim().split(' ').at(-1) ?? '')
    const state = (await (await fetch(`${origin}/_sandbox/state`)).json()) as { plan: { name: string } }
    expect(state.plan.name).toBe('starter')
  })
  const wrong = await run(['--port', '0'], { MOVOICE_PLAN: 'huge' })
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/^MOVOICE_PLAN must be starter, growth/)])
})

test('its help lists every scenario and every agent', async () => {
  const { code, out } = await run(['--help'])
  expect(code).toBe(0)
  for (const scenario of scenarios) expect(out).toContain(`${numberOf(scenario)}  ${scenario.says}`)
  for (const agent of ['agent_clinic', 'agent_reminder', 'agent_survey', 'agent_inactive'])
    expect(out).toContain(agent)
})
