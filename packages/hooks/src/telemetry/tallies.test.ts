import { VirtualClock } from '@movoice-kit/core/testing'
import { afterEach, expect, test } from 'vitest'
import type { Database } from '../store/database.ts'
import { openDatabase } from '../store/open.ts'
import { readTallies } from '../store/tallies.ts'
import { Stage } from '../testing/start.ts'
import { apiCostOf } from './api-cost.ts'
import { silentLog } from './log.ts'
import { latencyName, TALLY_MS, Tallies } from './tallies.ts'

const stage = new Stage()
afterEach(() => stage.end())

const webhook = { account: 'default', result: 'new', startedAt: 0 } as const

test('numbers of two processes are added up, and none is lost while the database is away', async () => {
  const database = await openDatabase({ dataDir: stage.folder() })
  stage.defer(() => database.close())
  const clock = new VirtualClock()
  const options = { database, clock, log: silentLog, retentionMs: 1 }
  const [first, second] = [new Tallies(options), new Tallies(options)]
  const at = 7 * TALLY_MS
  first.webhook({ ...webhook, endedAt: at + 1 })
  first.sweep({ account: 'default', found: 0, lists: 1, startedAt: 0, endedAt: at })
  second.webhook({ ...webhook, endedAt: at + TALLY_MS - 1 })
  second.webhook({ ...webhook, endedAt: at + TALLY_MS })
  await first.flush()
  await second.flush()
  await second.flush()
  const expected = [
    { at, name: 'received', value: 2 },
    { at: at + TALLY_MS, name: 'received', value: 1 },
  ]
  expect(await readTallies(database.db, 0)).toEqual(expected)
  const away: Database = { ...database, transaction: () => Promise.reject(new Error('away')) }
  let current = away
  const third = new Tallies({
    ...options,
    database: { ...database, transaction: (work) => current.transaction(work) },
  })
  third.webhook({ ...webhook, result: 'refused', endedAt: at })
  await third.flush()
  expect(await readTallies(database.db, 0)).toEqual(expected)
  current = database
  await third.flush()
  expect(await readTallies(database.db, 0)).toContainEqual({ at, name: 'webhook:refused', value: 1 })
})

test('what the API was asked is counted beside the calls whose end was learned', async () => {
  const database = await openDatabase({ dataDir: stage.folder() })
  stage.defer(() => database.close())
  const tallies = new Tallies({ database, clock: new VirtualClock(), log: silentLog, retentionMs: 1 })
  const at = 7 * TALLY_MS
  const request = { account: 'default', status: 200, startedAt: at, endedAt: at }
  expect(apiCostOf([])).toMatchObject({ ended: 0, perCall: undefined })
  for (const type of ['call.started', 'call.completed', 'call.failed']) {
    tallies.webhook({ ...webhook, event: { id: type, type }, endedAt: at })
  }
  // Known already: no second end.
  const again = { id: 'call.completed', type: 'call.completed' }
  tallies.webhook({ ...webhook, result: 'repeat', event: again, endedAt: at })
  tallies.sweep({ account: 'default', found: 2, lists: 3, startedAt: at, endedAt: at })
  for (const operation of ['calls.list', 'calls.list', 'calls.get', 'agents.get'] as const) {
    tallies.request({ ...request, operation })
  }
  await tallies.flush()
  expect(apiCostOf(await readTallies(database.db, 0))).toEqual({
    lists: 2,
    gets: 1,
    others: 1,
    ended: 4,
    perCall: 1,
  })
})

test.each([
  [0, 'latency:5'],
  [5, 'latency:5'],
  [5.1, 'latency:10'],
  [7_200_001, 'latency:inf'],
])('a latency of %d ms is counted as %s', (ms, name) => {
  expect(latencyName(ms)).toBe(name)
})
