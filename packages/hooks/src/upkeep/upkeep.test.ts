import { VirtualClock } from '@movoice-kit/core/testing'
import { afterEach, expect, test } from 'vitest'
import { ScriptedSender } from '../testing/scripted-sender.ts'
import { completed, Stage, TURNS } from '../testing/start.ts'

const stage = new Stage()
afterEach(() => stage.end())

const MINUTE = 60_000
const HOUR = 60 * MINUTE

async function setUp(options: object) {
  const clock = new VirtualClock(undefined, TURNS)
  const sender = new ScriptedSender(clock)
  const running = await stage.hooks({ clock, sender, dataDir: stage.folder(), ...options })
  stage.defer(async () => {
    void clock.advance(MINUTE)
  })
  return { clock, sender, client: running.client, send: running.webhook.bind(running) }
}

test('what is old and told is forgotten; what is not yet told stays', async () => {
  const { clock, sender, client, send } = await setUp({ retentionMs: HOUR })
  await client.subscribe({ target_url: 'https://example.com/hook', event: '*' })
  sender.script = ({ event }) => ScriptedSender.answer(event.startsWith('call_bad') ? 400 : 200)
  await send(completed('call_good'))
  await send(completed('call_bad'))
  await clock.advance(2 * HOUR)
  await send(completed('call_new'))
  await clock.advance(MINUTE)
  const { events } = await client.events()
  expect(events.map(({ call_id }) => call_id)).toEqual(['call_new', 'call_bad'])
})

test('a subscription that has ended is forgotten when its events are; one that lives stays', async () => {
  const { clock, client, send } = await setUp({ retentionMs: HOUR })
  const input = { target_url: 'https://example.com/hook', event: '*' }
  const { id } = await client.subscribe(input)
  const once = await client.subscribe({ ...input, once: true })
  const young = await client.subscribe(input)
  await send(completed('call_1'))
  await clock.advance(2 * MINUTE)
  expect(await client.get(once.id)).toMatchObject({ status: 'ended' })
  await clock.advance(2 * HOUR)
  await send(completed('call_2'))
  await clock.advance(MINUTE)
  await client.unsubscribe(young.id)
  await clock.advance(10 * MINUTE)
  await expect(client.get(once.id)).rejects.toMatchObject({ status: 404 })
  expect(await client.get(young.id)).toMatchObject({ status: 'ended' })
  expect(await client.get(id)).toMatchObject({ status: 'active' })
})

test('within a bound on the disk, the oldest told events make room for the new', async () => {
  const { clock, client, send } = await setUp({ maxBytes: 2_000_000 })
  for (let call = 0; call < 300; call += 1) {
    const answer = await send(completed(`call_${call}`, { summary: 'x'.repeat(8_000) }))
    expect(answer.status).toBe(202)
    if (call % 20 === 19) await clock.advance(MINUTE)
  }
  const { events } = await client.events({ limit: 100 })
  expect(events[0]?.call_id).toBe('call_299')
  expect(events.length).toBeGreaterThan(20)
  await expect(client.event('call_0:call.completed')).rejects.toMatchObject({ status: 404 })
})
