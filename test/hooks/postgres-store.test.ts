// What an embedded database keeps by itself, kept on PostgreSQL: upgrades, retention, and what was answered.
import { completed, freshDatabase, openDatabase, Stage, until } from '@movoice-kit/hooks/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { SteppedClock } from '../chaos/stepped.ts'
import { type KillablePostgres, startKillablePostgres } from '../side/postgres/killable.ts'
import { poolOf } from '../side/postgres/start.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
}, 120_000)
afterAll(() => postgres.stop())

const stage = new Stage()
afterEach(() => stage.end())

test.each(['0001-tables', '0002-tallies'])(
  'a database as of %s is brought up to date, and what it had to tell is told',
  async (upTo) => {
    const databaseUrl = await freshDatabase(postgres.url)
    const receiver = await stage.receiver()
    const old = await openDatabase({ databaseUrl, upTo })
    const now = Date.now()
    await old.db
      .insertInto('subscriptions')
      .values({
        id: 'hook_old',
        target_url: receiver.url,
        event: '*',
        filter: '{}',
        once: 0,
        limits: '{}',
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        status: 'active',
        created_at: now,
      })
      .execute()
    for (const [index, lease] of [null, '1-gone'].entries()) {
      const id = `call_${index}:call.completed`
      const body = JSON.stringify({ id, type: 'call.completed', call_id: `call_${index}` })
      const event = { account: 'default', id, type: 'call.completed', call_id: `call_${index}` }
      const { seq } = await old.db
        .insertInto('events')
        .values({ ...event, state: 'ready', received_at: now, source: 'webhook', body })
        .returning('seq')
        .executeTakeFirstOrThrow()
      const times = { due_at: now, give_up_at: now + HOUR, created_at: now }
      await old.db
        .insertInto('deliveries')
        .values({
          id: `msg_${index}`,
          event_seq: seq,
          subscription_id: 'hook_old',
          status: 'pending',
          lease,
          ...times,
        })
        .execute()
    }
    await old.db.insertInto('meta').values({ key: 'subscriptions_version', value: '1' }).execute()
    await old.close()
    // Several start at once, as in a rolling restart.
    const [first] = await Promise.all([stage.hooks({ databaseUrl }), stage.hooks({ databaseUrl })])
    await until(() => receiver.received.length === 2, 'both deliveries')
    await until(async () => (await first.client.deliveries({ status: 'delivered' })).deliveries.length === 2)
    expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(['msg_0', 'msg_1'])
    const pool = await poolOf(databaseUrl)
    stage.defer(() => pool.end())
    const { rows } = await pool.query(
      "select indexname from pg_indexes where tablename = 'deliveries' order by 1",
    )
    expect(rows.map(({ indexname }) => indexname)).toEqual([
      'deliveries_event',
      'deliveries_leased',
      'deliveries_open',
      'deliveries_pkey',
    ])
  },
)

test('what is old and told is forgotten, with everything about it; what is not yet told stays', async () => {
  const databaseUrl = await freshDatabase(postgres.url)
  const clock = new SteppedClock()
  const receiver = await stage.receiver()
  receiver.answer = ({ body }, response) => response.writeHead(body.includes('call_bad') ? 400 : 200).end()
  const running = await stage.hooks({ databaseUrl, clock, retentionMs: HOUR })
  try {
    await running.client.subscribe({ target_url: receiver.url, event: '*' })
    await running.webhook(completed('call_bad'))
    for (let call = 0; call < 600; call += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, one) => running.webhook(completed(`call_${call + one}`))),
      )
    }
    await running.webhook(completed('call_1'))
    await until(() => receiver.received.length >= 601, 'every first attempt', 60_000)
    await clock.pass(2 * HOUR, MINUTE)
    await running.webhook(completed('call_new'))
    const pool = await poolOf(databaseUrl)
    stage.defer(() => pool.end())
    const left = async () => {
      const { rows } =
        await pool.query(`select (select string_agg(call_id, ' ' order by seq) from events) as events,
        (select count(*)::int from deliveries) as deliveries, (select count(*)::int from sightings) as sightings,
        (select count(*)::int from attempts where delivery_id not in (select id from deliveries)) as strays`)
      return rows[0]
    }
    await clock.passUntil(
      async () => (await left())?.deliveries === 2,
      'the old ones being forgotten',
      HOUR,
      MINUTE,
    )
    expect(await left()).toEqual({ events: 'call_bad call_new', deliveries: 2, sightings: 0, strays: 0 })
  } finally {
    await clock.through(running.hooks.close())
  }
}, 240_000)

test('an event is answered once its commit is on the disk, and a server whose database does not wait says so', async () => {
  for (const wait of ['on', 'off']) {
    const databaseUrl = await freshDatabase(postgres.url)
    const pool = await poolOf(databaseUrl)
    stage.defer(() => pool.end())
    const name = new URL(databaseUrl).pathname.slice(1)
    await pool.query(`alter database ${name} set synchronous_commit = ${wait}`)
    const warnings: object[] = []
    const log = { debug() {}, info() {}, warn: (fields: object) => warnings.push(fields), error() {} }
    const running = await stage.hooks({ databaseUrl, log })
    let early = 0
    for (let call = 0; call < 20; call += 1) {
      const { rows: before } = await pool.query('select pg_current_wal_insert_lsn() as lsn')
      expect((await running.webhook(completed(`call_${call}`))).status).toBe(202)
      const { rows } = await pool.query('select pg_current_wal_flush_lsn() > $1::pg_lsn as kept', [
        before[0]?.lsn,
      ])
      if (rows[0]?.kept !== true) early += 1
    }
    expect(warnings).toEqual(wait === 'on' ? [] : [{ risk: 'synchronous_commit is off' }])
    if (wait === 'on') expect(early).toBe(0)
    // Had the answer come before the disk, this test would have seen it.
    else expect(early).toBeGreaterThan(0)
  }
})
