import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call, clientOf, type Era, type Habit } from './testing/stage.ts'

const BIN = join(import.meta.dirname, 'bin.ts')
const FLAGS = ['--conditions=source', '--disable-warning=ExperimentalWarning']
const input = { agent_id: 'agent_clinic', recipient_phone: '+12025550101' }

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await createSandbox({ speed: 600 })
})
afterEach(() => sandbox.close())

const environment = () => ({
  PATH: process.env.PATH ?? '',
  MOVOICE_API_KEY: sandbox.apiKey,
  MOVOICE_BASE_URL: sandbox.baseUrl,
})

/** The real server as a process, and the real client at its pipes. */
async function started(habit: Habit, era: Era, args: readonly string[] = []) {
  const { client, asked } = clientOf(habit, era)
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...FLAGS, BIN, ...args],
    env: environment(),
    stderr: 'pipe',
  })
  let stderr = ''
  transport.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  await client.connect(transport)
  return { client, asked, transport, stderr: () => stderr }
}

describe.each<Era>(['modern', 'legacy'])('over stdio, in the %s protocol', (era) => {
  test.each<[Habit, string, number]>([
    ['accepts', 'placed', 1],
    ['declines', 'declined', 0],
    ['cancels', 'declined', 0],
    ['cannot_ask', 'needs_confirmation', 0],
  ])('a client that %s gets "%s", and %i phones ring', async (habit, state, rings) => {
    const { client, asked, stderr } = await started(habit, era)
    expect((await client.listTools()).tools).toHaveLength(9)
    const answer = await call(client, 'place_call', input)
    expect(answer.structured.state).toBe(state)
    expect(sandbox.rings()).toHaveLength(rings)
    expect(asked.map(({ message }) => message.split('\n')[0])).toEqual(
      habit === 'cannot_ask' ? [] : ['Call +1 202 555 0101 (United States) now?'],
    )
    expect(stderr()).not.toContain('2025550101')
    await client.close()
  })

  test('a token is worth nothing to the process that comes after a crash', async () => {
    const { client, transport } = await started('cannot_ask', era)
    const prepared = await call(client, 'place_call', input)
    const { token } = prepared.structured.confirmation as { token: string }
    process.kill(transport.pid ?? 0, 'SIGKILL')
    const next = await started('cannot_ask', era)
    const late = await call(next.client, 'confirm_action', { token })
    expect(late.structured).toMatchObject({ state: 'not_done', error: { code: 'confirmation_invalid' } })
    expect(sandbox.rings()).toHaveLength(0)
    await next.client.close()
  })
})

test('what whoever runs it decides by flags and environment holds', async () => {
  const { client } = await started('accepts', 'modern', [
    '--allow',
    '+91*',
    '--limit',
    '1',
    '--require-elicitation',
  ])
  const foreign = await call(client, 'place_call', input)
  expect(foreign.structured).toMatchObject({ state: 'not_done', error: { code: 'not_allowed' } })
  const home = { ...input, recipient_phone: '+919876543210' }
  expect((await call(client, 'place_call', home)).structured.state).toBe('placed')
  const second = await call(client, 'place_call', home)
  expect(second.structured).toMatchObject({ state: 'not_done', error: { code: 'dial_limit' } })
  expect(sandbox.rings()).toHaveLength(1)
  await client.close()
  const deaf = await started('cannot_ask', 'modern', ['--require-elicitation'])
  const refused = await call(deaf.client, 'place_call', input)
  expect(refused.structured).toMatchObject({ state: 'not_done', error: { code: 'cannot_ask' } })
  await deaf.client.close()
})

/** The server as a process whose pipes the test holds itself. */
function bare(args: readonly string[] = []) {
  const child = spawn(process.execPath, [...FLAGS, BIN, ...args], { env: environment() })
  const seen = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
  return { child, seen, ended }
}

const message = (value: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...value })}\n`
const hello = message({
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
})

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 10))
}

test('stdout has the protocol alone, whatever is sent; and the process ends when its client goes', async () => {
  const { child, seen, ended } = bare()
  child.stdin.write(hello)
  child.stdin.write('this is no JSON\n')
  child.stdin.write(message({ method: 'notifications/initialized' }))
  child.stdin.write(
    message({ id: 2, method: 'tools/call', params: { name: 'get_agent', arguments: { agent_id: 'x' } } }),
  )
  child.stdin.write(message({ id: 3, method: 'no/such/method' }))
  await until(() => seen.out.includes('"id":3') && seen.out.includes('"id":2'))
  child.stdin.end()
  expect(await ended).toBe(0)
  const lines = seen.out.trim().split('\n')
  expect(lines.every((line) => (JSON.parse(line) as { jsonrpc?: string }).jsonrpc === '2.0')).toBe(true)
  expect(
    seen.err
      .trim()
      .split('\n')
      .every((line) => line.startsWith('{')),
  ).toBe(true)
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with code 0', async (signal) => {
  const { child, seen, ended } = bare()
  child.stdin.write(hello)
  await until(() => seen.out.includes('"id":1'))
  child.kill(signal)
  expect(await ended).toBe(0)
})

test('a client that goes while its call is on the way: the call is finished, and written down', async () => {
  const { child, seen, ended } = bare()
  child.stdin.write(hello)
  child.stdin.write(message({ method: 'notifications/initialized' }))
  child.stdin.write(
    message({ id: 2, method: 'tools/call', params: { name: 'place_call', arguments: input } }),
  )
  await until(() => seen.out.includes('"id":2'))
  const token = /confirm_[\w-]{20,}/.exec(seen.out)?.[0]
  sandbox.fault({ path: '/v1/call', times: 1, kind: 'delay', seconds: 200 })
  child.stdin.write(
    message({ id: 3, method: 'tools/call', params: { name: 'confirm_action', arguments: { token } } }),
  )
  await until(() => sandbox.rings().length > 0)
  child.stdin.end()
  expect(await ended).toBe(0)
  expect(seen.err).toMatch(
    /"event":"placed","tool":"place_call","agent_id":"agent_clinic","phone":"\+12•+01"/,
  )
  expect(sandbox.rings()).toHaveLength(1)
})
