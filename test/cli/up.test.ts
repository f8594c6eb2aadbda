import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Movoice } from '@movoice-kit/core/client'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { HooksClient } from '@movoice-kit/hooks/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runMovoice } from './run-movoice.ts'

let temp: string
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'movoice-up-test-'))
})
afterEach(() => rmSync(temp, { recursive: true, force: true }))

const any = ['--sandbox-port', '0', '--hooks-port', '0', '--speed', '600']
const start = (...argv: string[]) =>
  runMovoice(['up', ...any, ...argv], { TMPDIR: temp, HOOKS_TOKEN: 'a-token-of-some-length', NO_COLOR: '1' })

/** The processes that a process has started, by the command of movoice they run. */
function childrenOf(pid: number): Map<string, number> {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n')
  return new Map(
    rows.flatMap((row) => {
      const [, child = '', parent = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? []
      const name = /bin\.ts (\w+)/.exec(args)?.[1]
      return Number(parent) === pid && name !== undefined ? [[name, Number(child)] as const] : []
    }),
  )
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function gone(pids: Iterable<number>): Promise<void> {
  for (const pid of pids) while (lives(pid)) await sleep(20)
}

test('runs all of it: a call through the sandbox is told by the relay; Ctrl-C ends every process', async () => {
  const run = start('--mcp', '--mcp-port', '0')
  await run.said(/In another terminal:.*events list/s)
  const { out } = run.texts
  expect(out).toMatch(/^ {2}mcp +http:\/\/127\.0\.0\.1:\d+\/mcp$/m)
  const baseUrl = /MOVOICE_BASE_URL=(\S+)/.exec(out)?.[1] ?? ''
  const hooksUrl = /HOOKS_URL=(\S+)/.exec(out)?.[1] ?? ''
  const movoice = new Movoice({ apiKey: 'sk_sandbox_up', baseUrl, transport: fetchTransport() })
  const { call_id } = await movoice.calls.create({
    agent_id: 'agent_clinic',
    recipient_phone: '+12025550101',
  })
  const hooks = new HooksClient({
    url: hooksUrl,
    token: 'a-token-of-some-length',
    transport: fetchTransport(),
  })
  const told = async () =>
    (await hooks.events({ call_id })).events.map(({ type, source }) => `${type} ${source}`)
  while (!(await told()).includes('call.completed webhook')) await sleep(50)
  const children = childrenOf(run.pid)
  expect([...children.keys()].sort()).toEqual(['hooks', 'mcp', 'sandbox'])
  run.kill('SIGINT')
  const { code, err } = await run.ended
  expect({ code, err: err.split('\n').at(-2) }).toEqual({ code: 130, err: 'Stopped.' })
  expect([...children.values()].filter(lives)).toEqual([])
  expect(execFileSync('ls', [temp], { encoding: 'utf8' })).toBe('')
}, 60_000)

test('one that is killed is named, and the rest is stopped', async () => {
  const run = start()
  await run.said(/In another terminal:.*events list/s)
  const children = childrenOf(run.pid)
  process.kill(children.get('hooks') ?? 0, 'SIGKILL')
  const { code, err } = await run.ended
  expect(code).toBe(1)
  expect(err).toContain('hooks ended by SIGKILL, so the others are stopped too.')
  expect([...children.values()].filter(lives)).toEqual([])
}, 60_000)

test('nothing is left running when it is killed itself', async () => {
  const run = start('--data', join(temp, 'data'))
  await run.said(/In another terminal:.*events list/s)
  const children = childrenOf(run.pid)
  expect(children.size).toBe(2)
  run.kill('SIGKILL')
  await run.ended
  await gone(children.values())
  expect(existsSync(join(temp, 'data', 'hooks'))).toBe(true)
}, 60_000)

test('a port that is taken is named by the one that needs it', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  const run = runMovoice(['up', '--sandbox-port', '0', '--hooks-port', String(port)], {
    TMPDIR: temp,
    NO_COLOR: '1',
  })
  const { code, err } = await run.ended
  taken.close()
  expect(code).toBe(1)
  expect(err).toContain(`hooks   │ Port ${port} on 127.0.0.1 is in use.`)
  expect(err).toContain('hooks ended with code 1, so the others are stopped too.')
}, 60_000)
