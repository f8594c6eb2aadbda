import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSandbox } from '../index.ts'
import { call, receiver, started } from '../testing/index.ts'

let data: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'movoice-sandbox-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

/** What each call came to, without the port in its links. */
async function callsOf(s: Awaited<ReturnType<typeof started>>) {
  const { calls } = (await s.api('GET', '/calls?limit=100')).json
  return JSON.parse(JSON.stringify(calls).replace(/127\.0\.0\.1:\d+/g, 'here'))
}

test('a sandbox that is stopped in the middle goes on as if it had not been', async () => {
  const place = async (s: Awaited<ReturnType<typeof started>>) => {
    for (const suffix of ['01', '02', '05', '07', '08', '09', '11', '16'])
      await s.api('POST', '/call', call(suffix))
    await s.api('POST', '/call', call('01', { schedule_at: 1_767_225_600 + 200 }))
    const recipients = Array.from({ length: 8 }, () => ({ phone: '+12025550101' }))
    await s.api('POST', '/calls/batch', { agent_id: 'agent_clinic', recipients, concurrency: 2 })
    await s.api('PATCH', '/agents/agent_survey', { prompt: 'Be kind.' })
  }
  const plan = '60x50'
  await using one = await started({ plan })
  await place(one)
  await one.advance(1000)

  const before = await started({ plan, data })
  await place(before)
  await before.advance(7)
  const rang = (await before.control('GET', '/calls')).json.calls.length
  await before[Symbol.asyncDispose]()
  await using after = await started({ plan, data })
  expect((await after.control('GET', '/clock')).json.now).toBe('2026-01-01T00:00:07.000Z')
  expect((await after.control('GET', '/calls')).json.calls).toHaveLength(rang)
  await after.advance(993)
  expect(await callsOf(after)).toEqual(await callsOf(one))
  expect((await after.api('GET', '/agents/agent_survey')).json.prompt).toBe('Be kind.')
  expect((await after.api('POST', '/call', call('11'))).status).toBe(200)
})

test('webhooks that were not delivered are, after a restart', async () => {
  let up = false
  await using hook = await receiver(() => (up ? 200 : 503))
  const before = await started({
    data,
    webhook: { url: hook.url, secret: 'whsec_1', events: ['call.completed'] },
  })
  await before.api('POST', '/call', call('01'))
  await before.advance(100)
  await before[Symbol.asyncDispose]()
  up = true
  await using after = await started({ data })
  await after.advance(3600)
  const [delivery] = (await after.control('GET', '/deliveries')).json.deliveries
  expect(delivery.status).toBe('delivered')
  expect(hook.got.at(-1)?.json.event_type).toBe('call.completed')
})

test('a file cut off by a crash is read up to the cut', async () => {
  const before = await started({ data })
  await before.api('POST', '/call', call('01'))
  await before[Symbol.asyncDispose]()
  appendFileSync(join(data, 'sandbox.jsonl'), '["call",2,{"n":2,"agen')
  await using after = await started({ data })
  expect((await after.api('GET', '/calls')).json.total).toBe(1)
})

test('a reset is kept too', async () => {
  const before = await started({ data })
  await before.api('POST', '/call', call('01'))
  await before.control('POST', '/reset')
  await before[Symbol.asyncDispose]()
  await using after = await started({ data })
  expect((await after.api('GET', '/calls')).json.total).toBe(0)
})

test('what is kept is for its owner alone', async () => {
  const inner = join(data, 'new')
  await using s = await started({ data: inner })
  await s.api('GET', '/calls')
  expect(statSync(inner).mode & 0o077).toBe(0)
  expect(statSync(join(inner, 'sandbox.jsonl')).mode & 0o077).toBe(0)
})

test('a folder that cannot be used, is in use, or is of another seed, is said so', async () => {
  const file = join(data, 'file')
  writeFileSync(file, '')
  await expect(createSandbox({ data: file })).rejects.toThrow(/^The state cannot be kept in .*: it is a file/)
  const used = join(data, 'used')
  mkdirSync(used)
  writeFileSync(join(used, 'sandbox.lock'), String(process.ppid))
  await expect(createSandbox({ data: used })).rejects.toThrow(/is in use by another sandbox\.$/)
  expect(readFileSync(join(used, 'sandbox.lock'), 'utf8')).toBe(String(process.ppid))
  const seeded = await started({ data, seed: 5 })
  await seeded[Symbol.asyncDispose]()
  await expect(createSandbox({ data, seed: 6 })).rejects.toThrow(
    '--seed is 6, but the kept state is of seed 5.',
  )
  await using again = await started({ data })
  await expect(createSandbox({ data })).rejects.toThrow(/is in use by another sandbox/)
  expect((await again.control('GET', '/state')).json.seed).toBe(5)
})
