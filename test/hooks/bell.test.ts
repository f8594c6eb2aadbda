// Servers on one PostgreSQL hear of one another. Time stands still, so that none of them ever looks by itself:
// whatever it does, it was told.
import { VirtualClock } from '@movoice-kit/core/testing'
import {
  completed,
  freshDatabase,
  type Receiver,
  type Running,
  Stage,
  until,
} from '@movoice-kit/hooks/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type KillablePostgres, startKillablePostgres } from '../side/postgres/killable.ts'
import { poolOf } from '../side/postgres/start.ts'

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
}, 120_000)
afterAll(() => postgres.stop())

const stage = new Stage()
afterEach(() => stage.end())

interface Pair {
  readonly databaseUrl: string
  /** Takes events and changes, and delivers nothing. */
  readonly first: Running
  readonly second: Running
  readonly receiver: Receiver
}

async function pair(): Promise<Pair> {
  const databaseUrl = await freshDatabase(postgres.url)
  const receiver = await stage.receiver()
  const clock = new VirtualClock()
  const first = await stage.hooks({ databaseUrl, clock, maxInFlight: 0 })
  const second = await stage.hooks({ databaseUrl, clock })
  await first.client.subscribe({ target_url: receiver.url, event: '*' })
  await until(async () => (await bells(databaseUrl)).length === 2, 'two listeners')
  return { databaseUrl, first, second, receiver }
}

/** The connections that listen, by their process in the database. */
async function bells(databaseUrl: string): Promise<unknown[]> {
  const pool = await poolOf(databaseUrl)
  const { rows } = await pool.query(
    `select pid from pg_stat_activity
     where application_name = 'movoice-hooks-bell' and datname = current_database() and query like 'listen%'`,
  )
  await pool.end()
  return rows.map(({ pid }) => pid)
}

test('an event that one server takes and has no room for is delivered by the other', async () => {
  const { first, receiver } = await pair()
  for (let call = 0; call < 20; call += 1) await first.webhook(completed(`call_${call}`))
  await until(() => receiver.received.length === 20, 'all deliveries')
})

test('what is resumed at one server goes out from the other', async () => {
  const { first, receiver } = await pair()
  const [hook] = await first.client.list()
  await first.client.update(hook?.id ?? '', { paused: true })
  await first.webhook(completed('call_1'))
  expect((await first.client.deliveries({ status: 'held' })).deliveries).toHaveLength(1)
  expect(receiver.received).toHaveLength(0)
  await first.client.update(hook?.id ?? '', { paused: false })
  await until(() => receiver.received.length === 1, 'the delivery')
})

test('a listener whose connection is cut listens again', async () => {
  const { databaseUrl, first, receiver } = await pair()
  const pool = await poolOf(databaseUrl)
  const before = await bells(databaseUrl)
  for (const pid of before) await pool.query('select pg_terminate_backend($1)', [pid])
  await pool.end()
  await until(async () => {
    const now = await bells(databaseUrl)
    return now.length === 2 && !now.some((pid) => before.includes(pid))
  }, 'two new listeners')
  await first.webhook(completed('call_1'))
  await until(() => receiver.received.length === 1, 'the delivery')
})

test('a database that was away is heard again, and what was rung meanwhile is found', async () => {
  const { databaseUrl, first, receiver } = await pair()
  await postgres.kill()
  await postgres.restart()
  await until(async () => (await bells(databaseUrl)).length === 2, 'two listeners again', 60_000)
  await until(async () => (await first.webhook(completed('call_1'))).status === 202, 'an acknowledgement')
  await until(() => receiver.received.length === 1, 'the delivery')
}, 120_000)
