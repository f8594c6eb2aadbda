import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { runCommand } from '@movoice-kit/core/command'
import { until } from '@movoice-kit/core/testing'
import { createSandbox } from '@movoice-kit/sandbox'
import { expect, test } from 'vitest'
import { mcpCommand } from './command.ts'
import { call, clientOf } from './testing/stage.ts'

const ENV = { MOVOICE_API_KEY: 'sk_sandbox_x' }

function run(argv: readonly string[], env: Record<string, string> = ENV) {
  const stop = new AbortController()
  const seen = { out: '', err: '' }
  const io = {
    stdout: { write: (text: string) => (seen.out += text) },
    stderr: { write: (text: string) => (seen.err += text) },
    env,
    signal: stop.signal,
  }
  return { seen, stop, code: runCommand(mcpCommand(io), argv, io) }
}

test('says where it is ready, answers there, and ends with 0 when told to stop', async () => {
  const { seen, stop, code } = run(['--http', '--port', '0'])
  while (seen.out === '') await new Promise((resolve) => setTimeout(resolve, 5))
  const [, url = ''] = /^mcp ready on (http:\/\/127\.0\.0\.1:\d+\/mcp)\n$/.exec(seen.out) ?? []
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(415)
  stop.abort()
  expect(await code).toBe(0)
  await expect(fetch(url)).rejects.toThrow()
})

test('with --token-on-terminal the token of a question is printed there', async () => {
  const sandbox = await createSandbox({ speed: 600 })
  const env = { MOVOICE_API_KEY: sandbox.apiKey, MOVOICE_BASE_URL: sandbox.baseUrl }
  const { seen, stop, code } = run(['--http', '--port', '0', '--token-on-terminal'], env)
  await until(() => seen.out !== '', 'the address')
  const { client } = clientOf('cannot_ask', 'modern')
  await client.connect(new StreamableHTTPClientTransport(new URL(/http:\S+/.exec(seen.out)?.[0] ?? '')))
  const asked = await call(client, 'place_call', {
    agent_id: 'agent_clinic',
    recipient_phone: '+12025550101',
  })
  const [, token = ''] =
    /\nCall \+1 202 555 0101 .*\nTo say yes, give the assistant this until [\d:]{8} UTC: (confirm_\S+)\n$/s.exec(
      seen.out,
    ) ?? []
  expect(token).not.toBe('')
  expect(JSON.stringify(asked) + seen.err).not.toContain(token)
  expect((await call(client, 'confirm_action', { token })).structured.state).toBe('placed')
  await client.close()
  stop.abort()
  expect(await code).toBe(0)
  expect(sandbox.rings()).toHaveLength(1)
  await sandbox.close()
})

test.each([
  [{ MOVOICE_API_KEY: '' }, [], 'MOVOICE_API_KEY is missing.'],
  [{ MOVOICE_MCP_ALLOW: '12' }, [], 'MOVOICE_MCP_ALLOW has an entry (the 1st)'],
  [{}, ['--allow', ''], '--allow names no number.'],
  [{}, ['--limit', 'many'], '--limit must be a whole number'],
  [{}, ['--http', '--port', 'x'], '--port must be a port'],
  [{}, ['--token-on-terminal'], '--token-on-terminal needs --http.'],
  [{}, ['--http', '--host', '0.0.0.0'], 'MOVOICE_MCP_TOKEN is missing: on 0.0.0.0'],
  [{ MOVOICE_MCP_TOKEN: 'secret' }, ['--http'], 'MOVOICE_MCP_TOKEN must be one word of at least 16'],
])('with %j and %j it does not start: %s', async (env, argv, said) => {
  const { seen, code } = run(argv, { ...ENV, ...env })
  expect([await code, seen.err]).toEqual([2, expect.stringContaining(said)])
  expect(seen.err.trim().split('\n')).toHaveLength(1)
  expect(seen.err).not.toMatch(/\bsecret\b|sk_sandbox_x/)
})

test('its help names every flag and every variable of the environment', async () => {
  const { seen, code } = run(['--help'])
  expect(await code).toBe(0)
  for (const name of [
    '--http',
    '--port',
    '--host',
    '--public-host',
    '--read-only',
    '--allow',
    '--limit',
    '--token-on-terminal',
  ]) {
    expect(seen.out).toContain(name)
  }
  for (const name of ['MOVOICE_API_KEY', 'MOVOICE_MCP_ALLOW', 'MOVOICE_MCP_TOKEN']) {
    expect(seen.out).toContain(name)
  }
})
