import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Movoice } from '@movoice-kit/core'
import { postgresSlotLog } from '@movoice-kit/core/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPool, type TestPostgres } from '../side/postgres/start.ts'

let postgres: TestPostgres
const pools: TestPool[] = []
const pool = () => {
  const one = postgres.pool()
  pools.push(one)
  return one
}
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

beforeAll(async () => {
  postgres = await startPostgres()
}, 120_000)
afterAll(async () => {
  for (const one of pools) await one.end()
  await postgres.stop()
})

describe('the log of slots in PostgreSQL', () => {
  test('gives so many slots to all processes together, and says how long to wait', async () => {
    const logs = [pool(), pool(), pool()].map((one) => postgresSlotLog(one, { account: 'a' }))
    // All at once, on a table that does not exist yet.
    const taken = await Promise.all(
      Array.from({ length: 30 }, (_, n) => logs[n % 3]?.take(10, 0) ?? Promise.reject(new Error('no log'))),
    )
    const tokens = taken.flatMap((one) => ('token' in one ? [one.token] : []))
    expect(new Set(tokens).size).toBe(10)
    for (const token of tokens) await logs[0]?.release(token, 5_000)
    const next = await logs[1]?.take(10, 0)
    expect(next).toHaveProperty('waitMs')
    if (next !== undefined && 'waitMs' in next) expect(next.waitMs).toBeLessThanOrEqual(5_000)
    await logs[2]?.release(tokens[0] ?? '', 0)
    expect(await logs[1]?.take(10, 0)).toHaveProperty('token')
    expect(await logs[0]?.take(10, 0)).toHaveProperty('waitMs')
  })

  test('keeps accounts apart, and slots until their time', async () => {
    const [one, other] = ['b', 'c'].map((account) => postgresSlotLog(pool(), { account }))
    const first = await one?.take(1, 0)
    expect(first).toHaveProperty('token')
    expect(await other?.take(1, 0)).toHaveProperty('token')
    if (first !== undefined && 'token' in first) await one?.release(first.token, 250)
    const told = await one?.take(1, 0)
    if (told === undefined || !('waitMs' in told)) throw new Error('It gave a slot that was in use.')
    await sleep(told.waitMs + 20)
    expect(await one?.take(1, 0)).toHaveProperty('token')
  })

  test('spaces them out when asked to', async () => {
    const log = postgresSlotLog(pool(), { account: 'd' })
    expect(await log.take(10, 60_000)).toHaveProperty('token')
    const told = await log.take(10, 60_000)
    expect(told).toHaveProperty('waitMs')
    if ('waitMs' in told) expect(told.waitMs).toBeGreaterThan(50_000)
  })

  test('frees the slots of a process that died', async () => {
    const log = postgresSlotLog(pool(), { account: 'e', leaseMs: 100 })
    await log.take(1, 0)
    await sleep(150)
    expect(await log.take(1, 0)).toHaveProperty('token')
  })

  test('is shared by processes: two of them get no more than one would', async () => {
    const run = () =>
      new Promise<number>((resolve, reject) => {
        const child = spawn(
          process.execPath,
          [
            '--conditions=source',
            '--disable-warning=ExperimentalWarning',
            join(import.meta.dirname, 'taker.ts'),
          ],
          { env: { ...process.env, DATABASE_URL: postgres.url }, stdio: ['ignore', 'pipe', 'inherit'] },
        )
        let text = ''
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        child.on('error', reject)
        child.on('exit', (code) =>
          code === 0 ? resolve(Number(text)) : reject(new Error(`It ended with ${code}.`)),
        )
      })
    const counts = await Promise.all([run(), run()])
    expect(counts[0] + counts[1]).toBe(25)
  })

  test('paces a client', async () => {
    const created = {
      status: 'initiated',
      agent_id: 'agent_a',
      recipient_phone: '+12025550101',
      created_at: 1,
    }
    let count = 0
    const movoice = new Movoice({
      apiKey: 'sk_test_1',
      plan: '2x100',
      queueTimeoutMs: 300,
      slotLog: postgresSlotLog(pool(), { account: 'f' }),
      transport: async () => {
        count += 1
        return { status: 200, headers: {}, body: JSON.stringify({ ...created, call_id: `call_${count}` }) }
      },
    })
    const calls = ['+12025550101', '+12025550102', '+12025550103'].map((recipient_phone) =>
      movoice.calls.create({ agent_id: 'agent_a', recipient_phone }),
    )
    const results = await Promise.allSettled(calls)
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(results[2]).toMatchObject({ reason: { code: 'queue_timeout', sent: 'no' } })
    expect(count).toBe(2)
  })

  test('says when its table has a name it cannot have', () => {
    expect(() => postgresSlotLog(pool(), { account: 'a', table: 'x; DROP TABLE y' })).toThrow(RangeError)
  })
})
