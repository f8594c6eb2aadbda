import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSandbox } from '@movoice-kit/sandbox'
import { expect, test } from 'vitest'

const MANY = 100_000
const BATCH = 5000

/** Bytes in use, without what is garbage. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

test('100,000 calls live, are paged without a gap, and take a bounded memory', async () => {
  const sandbox = await createSandbox({ speed: 0, plan: 'enterprise' })
  const headers = { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' }
  const empty = heap()
  for (let placed = 0; placed < MANY; placed += BATCH) {
    const recipients = Array.from({ length: BATCH }, (_, index) => ({
      phone: `+91980${1_000_000 + placed + index}`,
    }))
    const body = JSON.stringify({ agent_id: 'agent_clinic', recipients })
    expect((await fetch(`${sandbox.baseUrl}/calls/batch`, { method: 'POST', headers, body })).status).toBe(
      200,
    )
  }
  await sandbox.advance(600)
  const bytes = (heap() - empty) / MANY
  expect(bytes).toBeLessThan(1500)
  const seen = new Set<string>()
  const statuses = new Set<string>()
  for (let offset = 0; offset < MANY; offset += 100) {
    const response = await fetch(`${sandbox.baseUrl}/calls?limit=100&offset=${offset}`, { headers })
    const page = (await response.json()) as {
      calls: { call_id: string; status: string }[]
      total: number
      has_more: boolean
    }
    expect([page.total, page.has_more]).toEqual([MANY, offset + 100 < MANY])
    for (const { call_id, status } of page.calls) {
      seen.add(call_id)
      statuses.add(status)
    }
  }
  expect(seen.size).toBe(MANY)
  expect([...statuses].sort()).toEqual(['completed', 'failed'])
  await sandbox.close()
}, 180_000)
