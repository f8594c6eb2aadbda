// Days of deliveries in virtual time, on an endpoint without a network.

import { verifyDelivery } from '@movoice-kit/core/events'
import { VirtualClock } from '@movoice-kit/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { ScriptedSender } from '../testing/scripted-sender.ts'
import { completed, Stage, TURNS } from '../testing/start.ts'

const stage = new Stage()
afterEach(() => stage.end())

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const TARGET = 'https://example.com/hook'

async function setUp(random = () => 0.5) {
  const clock = new VirtualClock(undefined, TURNS)
  const sender = new ScriptedSender(clock)
  const running = await stage.hooks({ clock, sender, random })
  // A stop waits for time to pass as well.
  stage.defer(async () => {
    void clock.advance(MINUTE)
  })
  return { clock, sender, client: running.client, send: running.webhook.bind(running) }
}

test('an endpoint that was down for an hour gets everything within a minute of its return', async () => {
  const { clock, sender, client, send } = await setUp()
  await client.subscribe({ target_url: TARGET, event: '*' })
  const down = clock.now()
  sender.script = () => ({ kind: 'failed', error: 'ECONNREFUSED' })
  for (let minute = 0; minute < 60; minute += 1) {
    await send(completed(`call_${minute}`))
    await clock.advance(MINUTE)
  }
  expect((await client.list())[0]).toMatchObject({ health: 'failing', last_error: 'ECONNREFUSED' })
  // It was looked after every 30 s, and not more.
  expect(sender.sent.length).toBeLessThan(3 + 2 * 60 + 5)
  const back = clock.now()
  expect(back - down).toBe(HOUR)
  sender.sent.length = 0
  sender.script = () => ScriptedSender.answer(200)
  await clock.advance(MINUTE)
  expect(new Set(sender.sent.map(({ event }) => event)).size).toBe(60)
  expect(sender.sent).toHaveLength(60)
  expect((await client.deliveries({ status: 'delivered', limit: 100 })).deliveries).toHaveLength(60)
  expect((await client.list())[0]).toMatchObject({ health: 'ok', failing_since: null })
})

test('a single delivery is tried again by the schedule, with jitter, under one id', async () => {
  const { clock, sender, client, send } = await setUp(() => 0)
  await client.subscribe({ target_url: TARGET, event: '*' })
  const start = clock.now()
  // About the content, so that the endpoint itself counts as well.
  sender.script = () => ScriptedSender.answer(422)
  await send(completed('call_1'))
  await clock.advance(4 * HOUR)
  const pauses = sender.sent.map(({ at }) => at - start)
  const expected = [0, 4, 24, 96, 480, 1440, 2880, 5760]
  let sum = 0
  expect(pauses).toEqual(
    expected.map((seconds) => {
      sum += seconds * SECOND
      return sum
    }),
  )
  expect(new Set(sender.sent.map(({ id }) => id)).size).toBe(1)
})

test('what cannot be delivered in three days is kept as failed, and can be sent again under its id', async () => {
  const { clock, sender, client, send } = await setUp()
  await client.subscribe({ target_url: TARGET, event: '*' })
  sender.script = () => ScriptedSender.answer(400)
  await send(completed('call_1'))
  await clock.advance(72 * HOUR + MINUTE)
  const [failed] = (await client.deliveries({ status: 'failed' })).deliveries
  expect(failed).toMatchObject({ event_id: 'call_1:call.completed', last_status: 400 })
  const tries = sender.sent.length
  expect(tries).toBeGreaterThan(10)
  await clock.advance(24 * HOUR)
  expect(sender.sent).toHaveLength(tries)
  sender.script = () => ScriptedSender.answer(200)
  await client.retry(failed?.id ?? '')
  await clock.advance(SECOND)
  expect(sender.sent.at(-1)?.id).toBe(failed?.id)
  expect((await client.deliveries({ status: 'delivered' })).deliveries).toHaveLength(1)
}, 120_000)

test('an endpoint that takes nothing for three days is disabled with the reason, and can be resumed', async () => {
  const { clock, sender, client, send } = await setUp()
  const { id } = await client.subscribe({ target_url: TARGET, event: '*' })
  sender.script = () => ScriptedSender.answer(503)
  for (let day = 0; day < 4; day += 1) {
    await send(completed(`call_${day}`))
    await clock.advance(24 * HOUR)
  }
  const disabled = await client.get(id)
  expect(disabled.status).toBe('disabled')
  expect(disabled.reason).toBe(
    'Its endpoint took nothing for 3 days (answered 503). Resume it once it works again.',
  )
  const { deliveries } = await client.deliveries({ status: 'failed' })
  expect(deliveries.length).toBeGreaterThanOrEqual(3)
  sender.script = () => ScriptedSender.answer(200)
  await client.update(id, { paused: false })
  await send(completed('call_5'))
  await clock.advance(SECOND)
  expect(sender.sent.at(-1)?.event).toBe('call_5:call.completed')
  expect(await client.replayMany({ hook_id: id, status: 'failed' })).toBe(deliveries.length)
  await clock.advance(SECOND)
  expect((await client.deliveries({ status: 'failed' })).deliveries).toEqual([])
}, 120_000)

describe('Retry-After', () => {
  test.each([
    ['429', 429, '120', 120 * SECOND],
    ['503', 503, '7', 7 * SECOND],
  ])('of a %s is obeyed to the second, for the whole endpoint', async (_name, status, header, wait) => {
    const { clock, sender, client, send } = await setUp()
    await client.subscribe({ target_url: TARGET, event: '*' })
    sender.script = () => ScriptedSender.answer(status, header)
    const start = clock.now()
    await send(completed('call_1'))
    await clock.advance(SECOND)
    sender.script = () => ScriptedSender.answer(200)
    await send(completed('call_2'))
    await clock.advance(wait - 2 * SECOND)
    expect(sender.sent).toHaveLength(1)
    await clock.advance(2 * SECOND)
    expect(sender.sent).toHaveLength(3)
    for (const { at } of sender.sent.slice(1)) expect(Math.abs(at - start - wait)).toBeLessThanOrEqual(SECOND)
  })
})

test('what is in hand already waits as well when an endpoint asks to be left alone', async () => {
  const { clock, sender, client, send } = await setUp()
  const { id } = await client.subscribe({ target_url: TARGET, event: '*', limits: { concurrency: 1 } })
  await client.update(id, { paused: true })
  for (let call = 0; call < 10; call += 1) await send(completed(`call_${call}`))
  sender.script = () => ScriptedSender.answer(503, '60')
  await client.update(id, { paused: false })
  await clock.advance(59 * SECOND)
  expect(sender.sent).toHaveLength(1)
  await clock.advance(2 * SECOND)
  expect(sender.sent).toHaveLength(2)
  sender.script = () => ScriptedSender.answer(200)
  await clock.advance(61 * SECOND)
  expect((await client.deliveries({ status: 'delivered', limit: 100 })).deliveries).toHaveLength(10)
})

test('the limits of an endpoint hold over any second and any five minutes', async () => {
  const { clock, sender, client, send } = await setUp()
  await client.subscribe({
    target_url: TARGET,
    event: '*',
    limits: { preset: 'zapier', per_5_minutes: 200 },
  })
  for (let call = 0; call < 300; call += 1) await send(completed(`call_${call}`))
  await clock.advance(11 * MINUTE)
  const times = sender.sent.map(({ at }) => at)
  expect(times).toHaveLength(300)
  const most = (ms: number) =>
    Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + ms).length))
  expect(most(SECOND)).toBeLessThanOrEqual(30)
  expect(most(5 * MINUTE)).toBeLessThanOrEqual(200)
  expect(most(SECOND)).toBe(30)
})

test('for a day after a secret was replaced, deliveries are signed with both', async () => {
  const { clock, sender, client, send } = await setUp()
  const before = await client.subscribe({ target_url: TARGET, event: '*' })
  const after = await client.rotateSecret(before.id)
  expect(after.secret).not.toBe(before.secret)
  const verifies = (secret: string) => {
    const { headers, body, at } = sender.sent.at(-1) ?? { headers: {}, body: '', at: 0 }
    try {
      verifyDelivery(body, headers, secret, { now: at })
      return true
    } catch {
      return false
    }
  }
  await send(completed('call_1'))
  await clock.advance(SECOND)
  expect([verifies(before.secret), verifies(after.secret)]).toEqual([true, true])
  await clock.advance(24 * HOUR)
  await send(completed('call_2'))
  await clock.advance(SECOND)
  expect([verifies(before.secret), verifies(after.secret)]).toEqual([false, true])
})

test('a subscription ends when it expires', async () => {
  const { clock, sender, client, send } = await setUp()
  const { id } = await client.subscribe({
    target_url: TARGET,
    event: '*',
    expires_at: new Date(clock.now() + HOUR).toISOString(),
  })
  await send(completed('call_1'))
  await clock.advance(HOUR)
  await send(completed('call_2'))
  await clock.advance(MINUTE)
  expect(sender.sent.map(({ event }) => event)).toEqual(['call_1:call.completed'])
  expect(await client.get(id)).toMatchObject({ status: 'ended', reason: 'It has expired.' })
})

test('one event that its endpoint refuses does not hold the others back', async () => {
  const { clock, sender, client, send } = await setUp()
  await client.subscribe({ target_url: TARGET, event: '*' })
  sender.script = ({ event }) => ScriptedSender.answer(event.startsWith('call_bad') ? 500 : 200)
  await send(completed('call_bad'))
  await clock.advance(10 * MINUTE)
  for (let call = 0; call < 20; call += 1) await send(completed(`call_${call}`))
  await clock.advance(MINUTE)
  expect((await client.deliveries({ status: 'delivered', limit: 100 })).deliveries).toHaveLength(20)
})

test('an attempt that hangs is cut off after 20 s, and takes no place from other endpoints', async () => {
  const { clock, sender, client, send } = await setUp()
  await client.subscribe({ target_url: TARGET, event: 'call.completed' })
  await client.subscribe({ target_url: 'https://example.org/hook', event: 'call.completed' })
  sender.script = ({ url }, { signal }) =>
    url === TARGET
      ? new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ kind: 'failed', error: 'timeout' }))
        })
      : ScriptedSender.answer(200)
  const start = clock.now()
  for (let call = 0; call < 100; call += 1) await send(completed(`call_${call}`))
  await clock.advance(SECOND)
  expect((await client.deliveries({ status: 'delivered', limit: 100 })).deliveries).toHaveLength(100)
  await clock.advance(20 * SECOND)
  const [subscription] = (await client.list()).filter(({ target_url }) => target_url === TARGET)
  expect(subscription).toMatchObject({ last_error: 'timeout', health: 'failing' })
  expect(Date.parse(subscription?.last_failure_at ?? '') - start).toBeLessThanOrEqual(21 * SECOND)
})
