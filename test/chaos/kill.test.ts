// The server, and the database under it, are killed at any moment while events come in and go out.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { HooksClient } from '@movoice-kit/hooks/client'
import { freshDatabase, until } from '@movoice-kit/hooks/testing'
import { afterEach, expect, test } from 'vitest'
import { startKillablePostgres } from '../side/postgres/killable.ts'
import { poolOf } from '../side/postgres/start.ts'
import { Load } from './load.ts'
import { type HooksProcess, startHooks, TOKEN } from './process.ts'
import { report } from './report.ts'
import { Subscriber } from './subscriber.ts'

const KILLS = 100
const DATABASE_KILLS = 20
/** Long enough for a machine that is busy with other things. */
const SETTLE_MS = 60_000

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A moment that nobody chose: now and then at once, now and then after a while. */
const someMoment = () => sleep(600 * Math.random() ** 2)

async function subscribers(url: string): Promise<Subscriber[]> {
  const client = new HooksClient({ url, token: TOKEN, transport: fetchTransport() })
  return Promise.all(
    [2, 20].map(async (answerMs) => {
      const one = await Subscriber.start(answerMs)
      ends.push(() => one.close())
      await client.subscribe({ target_url: one.url, event: 'call.completed' })
      return one
    }),
  )
}

/** Nothing that was acknowledged is missing, and nothing is told under two ids. */
async function settle(load: Load, all: readonly Subscriber[]): Promise<void> {
  await load.stop()
  const missing = () => all.flatMap((one) => one.missing(load.acknowledged))
  await until(() => missing().length === 0, 'the last delivery', SETTLE_MS).catch(() => undefined)
  expect(missing()).toEqual([])
  for (const one of all) expect(one.twoIds).toEqual([])
}

const repeatsOf = (all: readonly Subscriber[]) => all.reduce((sum, { repeats }) => sum + repeats, 0)

test(`SQLite: ${KILLS} kills of the server lose nothing that was acknowledged`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hooks-chaos-'))
  ends.push(() => rmSync(dataDir, { recursive: true, force: true }))
  let server = await startHooks({ dataDir })
  ends.push(() => server.end())
  const all = await subscribers(server.url)
  const load = new Load({ target: () => (server.alive ? server.url : undefined), senders: 6, pauseMs: 8 })
  let inHand = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    await someMoment()
    await server.end()
    // What it had in hand as it died is all that may come again.
    const database = new DatabaseSync(join(dataDir, 'hooks.db'), { readOnly: true })
    inHand += Number(
      database.prepare('select count(*) as count from deliveries where lease is not null').get()?.count,
    )
    database.close()
    server = await startHooks({ dataDir })
  }
  await settle(load, all)
  const repeats = repeatsOf(all)
  expect(repeats).toBeLessThanOrEqual(inHand)
  expect(load.acknowledged.size).toBeGreaterThan(KILLS)
  report('kill -9 of the server, SQLite', {
    kills: KILLS,
    acknowledged: load.acknowledged.size,
    lost: 0,
    in_hand_at_a_kill: inHand,
    repeats,
  })
}, 900_000)

test(`PostgreSQL: ${KILLS} kills among two servers lose nothing that was acknowledged`, async () => {
  const postgres = await startKillablePostgres()
  ends.push(() => postgres.stop())
  const databaseUrl = await freshDatabase(postgres.url)
  const pool = await poolOf(databaseUrl)
  ends.push(() => pool.end())
  const servers: HooksProcess[] = []
  ends.push(() => Promise.all(servers.map((one) => one.end())))
  for (let number = 0; number < 2; number += 1) servers.push(await startHooks({ databaseUrl }))
  const all = await subscribers(servers[0]?.url ?? '')
  const load = new Load({
    target: () => {
      const alive = servers.filter((one) => one.alive)
      return alive[Math.floor(Math.random() * alive.length)]?.url
    },
    senders: 6,
    pauseMs: 12,
  })
  let inHand = 0
  for (let kill = 0; kill < KILLS; kill += 1) {
    await someMoment()
    const which = Math.floor(Math.random() * servers.length)
    const victim = servers[which]
    await victim?.end()
    const { rows } = await pool.query('select count(*)::int as count from deliveries where lease like $1', [
      `${victim?.pid}-%`,
    ])
    inHand += Number(rows[0]?.count)
    servers[which] = await startHooks({ databaseUrl })
  }
  await settle(load, all)
  const repeats = repeatsOf(all)
  expect(repeats).toBeLessThanOrEqual(inHand)
  expect(load.acknowledged.size).toBeGreaterThan(KILLS)
  report('kill -9 of a server, PostgreSQL', {
    kills: KILLS,
    acknowledged: load.acknowledged.size,
    lost: 0,
    in_hand_at_a_kill: inHand,
    repeats,
  })
}, 900_000)

test(`PostgreSQL: ${DATABASE_KILLS} kills of the database lose nothing, and the servers stay up`, async () => {
  const postgres = await startKillablePostgres()
  ends.push(() => postgres.stop())
  const databaseUrl = await freshDatabase(postgres.url)
  const servers = [await startHooks({ databaseUrl }), await startHooks({ databaseUrl })]
  ends.push(() => Promise.all(servers.map((one) => one.end())))
  const all = await subscribers(servers[0]?.url ?? '')
  let turn = 0
  const load = new Load({
    target: () => servers[turn++ % servers.length]?.url,
    senders: 4,
    pauseMs: 20,
  })
  for (let kill = 0; kill < DATABASE_KILLS; kill += 1) {
    const before = load.acknowledged.size
    await someMoment()
    await postgres.kill()
    // While it is away, webhooks are refused rather than taken and lost, and the process says that it lives.
    const answers = await Promise.all(servers.map(({ url }) => fetch(`${url}/livez`)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await postgres.restart()
    await until(() => load.acknowledged.size > before, 'an acknowledgement after the restart', SETTLE_MS)
  }
  await settle(load, all)
  expect(servers.map(({ alive }) => alive)).toEqual([true, true])
  for (const { url } of servers) {
    await until(async () => (await fetch(`${url}/readyz`)).status === 200, 'being ready again', SETTLE_MS)
  }
  report('kill -9 of the database', {
    kills: DATABASE_KILLS,
    acknowledged: load.acknowledged.size,
    lost: 0,
    repeats: repeatsOf(all),
    slowest_answer_ms: Math.round(load.slowestMs),
  })
}, 900_000)
