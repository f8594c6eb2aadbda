import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '@movoice-kit/core/command'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { slackCommand } from './command.ts'

const good = {
  SLACK_BOT_TOKEN: 'xoxb-1-canary',
  SLACK_SIGNING_SECRET: 'canary-secret',
  MOVOICE_API_KEY: 'sk_sandbox_demo',
}
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-slack-command-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(argv: readonly string[], env: Record<string, string | undefined>, until?: RegExp) {
  const stop = new AbortController()
  let out = ''
  let err = ''
  const io = {
    env,
    signal: stop.signal,
    stderr: {
      write: (text: string) => {
        err += text
      },
    },
    stdout: {
      write: (text: string) => {
        out += text
        if (until?.test(out)) stop.abort()
      },
    },
  }
  const code = await runCommand(slackCommand(io), argv, io)
  return { code, out, err }
}

test('says that it is ready, and stops when it is told to', async () => {
  const { code, out, err } = await run(['--port', '0', '--data', join(folder, 'a')], good, /ready/)
  expect(out).toMatch(/^slack ready on http:\/\/127\.0\.0\.1:\d+\n$/)
  expect([code, err]).toEqual([0, ''])
})

describe('one line names what is wrong', () => {
  test.each([
    [{ ...good, SLACK_BOT_TOKEN: '' }, [], 'SLACK_BOT_TOKEN is missing'],
    [{ ...good, SLACK_BOT_TOKEN: 'xapp-1' }, [], 'SLACK_BOT_TOKEN is no bot token'],
    [{ ...good, SLACK_SIGNING_SECRET: '' }, [], 'SLACK_SIGNING_SECRET is missing'],
    [{ ...good, MOVOICE_API_KEY: 'two words' }, [], 'MOVOICE_API_KEY must be one word'],
    [{ ...good, MOVOICE_API_KEY: '' }, [], 'MOVOICE_API_KEY is missing'],
    [good, ['--socket'], 'SLACK_APP_TOKEN is missing'],
    [good, ['--port', 'x'], '--port must be a port'],
    [{ ...good, HOOKS_URL: 'nowhere' }, [], 'HOOKS_URL must be a URL'],
    [{ ...good, HOOKS_URL: 'http://127.0.0.1:1' }, [], 'HOOKS_TOKEN is missing'],
    [{ ...good, SLACK_BOT_TOKEN: '', SLACK_CLIENT_ID: 'c' }, [], 'SLACK_PUBLIC_URL is missing'],
    [
      {
        ...good,
        SLACK_BOT_TOKEN: '',
        SLACK_CLIENT_ID: 'c',
        SLACK_CLIENT_SECRET: 's',
        SLACK_STATE_SECRET: 't',
        SLACK_PUBLIC_URL: 'https://x.example',
        MOVOICE_ENCRYPTION_KEYS: 'short',
      },
      [],
      'MOVOICE_ENCRYPTION_KEYS must hold keys of 32 bytes',
    ],
  ])('%#', async (env, argv, says) => {
    const { code, err } = await run([...argv, '--data', join(folder, 'b')], env)
    expect(err).toContain(says)
    expect(err).not.toContain('canary')
    expect([code, err.trim().split('\n').length]).toEqual([2, 1])
  })

  test('a port in use, and a folder that another process has', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const { err } = await run(['--port', String(port), '--data', join(folder, 'c')], good)
    taken.close()
    expect(err).toContain('is in use')
    const file = await run(['--port', '0', '--data', '/dev/null/x'], good)
    expect(file.err).toContain('cannot be used')
    const both = await run(['--port', '0', '--data', join(folder, 'd')], good, /ready/)
    expect(both.code).toBe(0)
  })
})

test('prints a manifest', async () => {
  const { code, out } = await run(
    ['--call-command', 'ring', 'manifest', '--url', 'https://calls.example.com'],
    good,
  )
  expect(code).toBe(0)
  const made = JSON.parse(out) as { features: { slash_commands: { command: string; url: string }[] } }
  expect(made.features.slash_commands[0]).toMatchObject({
    command: '/ring',
    url: 'https://calls.example.com/slack/events',
  })
  expect((await run(['manifest', '--url', 'http://calls.example.com'], good)).err).toContain('https')
})
