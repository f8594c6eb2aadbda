import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '@movoice-kit/core/testing'
import { afterAll, afterEach, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const scratch = mkdtempSync(join(tmpdir(), 'movoice-demo-test-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** The demo as `npx pnpm@12 demo` starts it, with a temporary folder of its own to look into. */
function demo(...flags: string[]) {
  const { MOVOICE_API_KEY: _key, MOVOICE_BASE_URL: _url, ...env } = process.env
  const child = spawn('node', ['scripts/run.cjs', 'packages/cli/src/bin.ts', 'demo', ...flags], {
    cwd: root,
    env: { ...env, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
  return { child, ended, out: () => out, err: () => err }
}

describe('the demo', () => {
  test('shows the whole way of a call and leaves nothing behind', async () => {
    const { ended, out, err } = demo()
    expect({ code: await ended, err: err() }).toEqual({ code: 0, err: '' })
    const steps = [
      'A call that is answered',
      'accepted the call to +12•••••••01',
      'the phone rings',
      'the call is active',
      'the call is over: completed, BOOKED',
      'received the webhook call.completed and verified its signature',
      'stored it as event call_',
      'signature verified',
      'A call that nobody answers',
      'the call is over: failed, NO_ANSWER',
      'received the webhook call.failed',
      'A call that the API refuses',
      'UnprocessableError',
    ]
    let from = 0
    for (const step of steps) {
      const at = out().indexOf(step, from)
      expect(at, `${step} in\n${out()}`).toBeGreaterThanOrEqual(from)
      from = at
    }
    expect(
      out()
        .trimEnd()
        .split('\n')
        .slice(-4)
        .map((line) => line.split(/ {2,}/)[1]),
    ).toEqual(['OUTCOME', 'BOOKED', 'NO_ANSWER', 'refused'])
    expect(out()).not.toMatch(/\+1202\d{7}/)
    expect(readdirSync(scratch)).toEqual([])
  }, 60_000)

  test('keeps running if asked to, until Ctrl-C', async () => {
    const { child, ended, out } = demo('--keep')
    await until(() => out().includes('and see what came of it'), 'the addresses', 60_000)
    const [, url = '', token = ''] = /hooks +(http:\S+) +\(token ([^)]+)\)/.exec(out()) ?? []
    const answer = await fetch(`${url}/events`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toBe(130)
    expect(readdirSync(scratch)).toEqual([])
  }, 60_000)
})
