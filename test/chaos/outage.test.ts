// Receivers, the relay itself and Movoice's webhooks are away for hours; nothing may be lost by it or told twice.
import { Movoice } from '@movoice-kit/core'
import { fetchTransport } from '@movoice-kit/core/fetch'
import type { HooksOptions } from '@movoice-kit/hooks'
import { completed, freshDatabase, Receiver, type Running, Stage, until } from '@movoice-kit/hooks/testing'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type KillablePostgres, startKillablePostgres } from '../side/postgres/killable.ts'
import { report } from './report.ts'
import { SteppedClock } from './stepped.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

let postgres: KillablePostgres
beforeAll(async () => {
  postgres = await startKillablePostgres()
}, 120_000)
afterAll(() => postgres.stop())

const stage = new Stage()
let clock = new SteppedClock()
// A stop waits for time to pass as well.
afterEach(() => clock.through(stage.end()))

async function server(options: HooksOptions): Promise<Running> {
  return stage.hooks({ clock, ...options })
}

const stores: [string, () => Promise<HooksOptions>][] = [
  ['SQLite', async () => ({ dataDir: stage.folder() })],
  ['PostgreSQL', async () => ({ databaseUrl: await freshDatabase(postgres.url) })],
]

const told = (receiver: Receiver) => new Set(receiver.events.map(({ id }) => id))
const idsOf = (receiver: Receiver) => receiver.received.map(({ headers }) => headers['webhook-id'])

describe.each(stores)('on %s', (name, store) => {
  test('a subscriber that was down for an hour has everything within 60 s of its return', async () => {
    clock = new SteppedClock()
    const { client, take } = bound(await server(await store()))
    // A port that nobody listens on until later.
    const first = await Receiver.start()
    const { port, url } = first
    await first.close()
    await client.subscribe({ target_url: url, event: '*' })
    for (let minute = 0; minute < 60; minute += 1) {
      for (let call = 0; call < 5; call += 1) {
        await take(completed(`call_${minute}_${call}`))
      }
      await clock.pass(MINUTE, 5 * SECOND)
    }
    expect((await client.list())[0]).toMatchObject({ health: 'failing' })
    const back = await Receiver.start(port)
    stage.defer(() => back.close())
    const tookMs = await clock.passUntil(() => told(back).size === 300, 'every delivery', MINUTE)
    expect(tookMs).toBeLessThanOrEqual(MINUTE)
    await clock.passUntil(
      async () => (await client.deliveries({ status: 'held' })).deliveries.length === 0,
      'the end of it',
      MINUTE,
    )
    expect(new Set(idsOf(back)).size).toBe(300)
    report(`a subscriber down for 1 h, ${name}`, { deliveries: 300, all_told_after_s: tookMs / SECOND })
  }, 600_000)

  test('the relay is away for four hours, and every call that ended is told once', async () => {
    clock = new SteppedClock(Date.UTC(2026, 0, 1))
    const sandbox = await createSandbox({ speed: 0, plan: '5000x5000' })
    stage.defer(() => sandbox.close())
    const control = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      await fetch(`${sandbox.controlUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    }
    const { apiKey, baseUrl } = sandbox
    const movoice = new Movoice({ apiKey, baseUrl, plan: '5000x5000', transport: fetchTransport() })
    const options = { ...(await store()), apiKey, baseUrl, plan: '5000x5000' }
    const receiver = await stage.receiver()
    const before = await server(options)
    await before.client.subscribe({ target_url: receiver.url, event: '*' })
    await control('/webhook', { url: `${before.hooks.url}/movoice`, secret: 'movoice-secret' })
    // The sweep's beginning is kept before the relay goes away.
    await clock.pass(5 * SECOND)
    await clock.through(before.hooks.close())

    const agent_id = (await movoice.agents.list()).items[0]?.agent_id ?? ''
    for (let quarter = 0; quarter < 16; quarter += 1) {
      for (let call = 1; call <= 9; call += 1) {
        // All that can become of a call, one that never ends among them.
        await movoice.calls.create({ agent_id, recipient_phone: `+12025550${100 + call}` })
      }
      await control('/advance', { seconds: 900 })
    }
    // Movoice has given up on the webhooks of the first hours by now.
    await clock.advance(4 * HOUR)

    const after = await server(options)
    const ended: string[] = []
    for await (const call of movoice.calls.list({ limit: 100 })) {
      if (call.status === 'completed' || call.status === 'failed') ended.push(call.call_id)
    }
    expect(ended.length).toBeGreaterThan(100)
    const terminal = () =>
      new Set(
        receiver.events.flatMap(({ type, call_id }) =>
          type === 'call.completed' || type === 'call.failed' ? [call_id] : [],
        ),
      )
    await clock.passUntil(() => terminal().size >= ended.length, 'every ended call', 20 * MINUTE)
    expect([...terminal()].sort()).toEqual([...ended].sort())
    expect(new Set(idsOf(receiver)).size).toBe(receiver.received.length)
    expect(receiver.events.filter(({ agent_id, recipient_phone }) => !agent_id || !recipient_phone)).toEqual(
      [],
    )
    report(`the relay down for 4 h, ${name}`, { ended_calls: ended.length, told: terminal().size })
    expect((await after.request('/readyz')).status).toBe(200)
  }, 600_000)

  test('webhook five times, a retry of Movoice and the sweep are one delivery a subscription', async () => {
    clock = new SteppedClock(Date.UTC(2026, 0, 1))
    const sandbox = await createSandbox({ speed: 0 })
    stage.defer(() => sandbox.close())
    const { apiKey, baseUrl } = sandbox
    const movoice = new Movoice({ apiKey, baseUrl, transport: fetchTransport() })
    const receivers = [await stage.receiver(), await stage.receiver(), await stage.receiver()]
    const options = { ...(await store()), apiKey, baseUrl }
    const running = await server(options)
    for (const { url } of receivers)
      await running.client.subscribe({ target_url: url, event: 'call.completed' })
    await clock.pass(5 * SECOND)
    const agent_id = (await movoice.agents.list()).items[0]?.agent_id ?? ''
    const { call_id } = await movoice.calls.create({ agent_id, recipient_phone: '+12025550114' })
    await fetch(`${sandbox.controlUrl}/advance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ seconds: 600 }),
    })
    await clock.pass(10 * MINUTE, MINUTE)
    const { take } = bound(running)
    await Promise.all(Array.from({ length: 5 }, () => take(completed(call_id))))
    await clock.passUntil(
      () => receivers.every(({ received }) => received.length > 0),
      'a delivery',
      2 * MINUTE,
    )
    // Movoice's own retry, with the same content, and then the sweep, which lists the call as ended.
    await take(completed(call_id))
    await clock.pass(40 * MINUTE, 10 * SECOND)
    await clock.through(running.hooks.close())
    const again = await server(options)
    await bound(again).take(completed(call_id))
    await clock.pass(40 * MINUTE, 10 * SECOND)
    for (const receiver of receivers) expect(receiver.received).toHaveLength(1)
    expect(new Set(receivers.flatMap(idsOf)).size).toBe(3)
    expect((await again.client.deliveries()).deliveries).toHaveLength(3)
  }, 600_000)

  test('one subscriber of fifty that never answers keeps nothing from the others', async () => {
    // Time stands still: were anybody to wait for a time-out, nothing would come.
    clock = new SteppedClock()
    const { client, take } = bound(await server(await store()))
    const silent = await stage.receiver()
    silent.answer = () => undefined
    const good = await stage.receiver()
    await client.subscribe({ target_url: silent.url, event: '*' })
    for (let number = 0; number < 49; number += 1) {
      await client.subscribe({ target_url: good.url, event: '*' })
    }
    for (let call = 0; call < 100; call += 1) {
      await take(completed(`call_${call}`))
    }
    await until(() => new Set(idsOf(good)).size === 4_900, 'every other delivery', 60_000)
    expect(good.received).toHaveLength(4_900)
    expect(silent.received.length).toBeGreaterThan(0)
  }, 600_000)
})

function bound(running: Running) {
  /** As Movoice does: again, for as long as a busy machine answers that it cannot take it now. */
  const take = (payload: object) =>
    until(async () => (await running.webhook(payload)).status === 202, 'an acknowledgement', 60_000)
  return { client: running.client, take }
}
