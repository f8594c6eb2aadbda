// Results that come late, twice, out of order or not at all: each call has one card, edited to its end once, and one
// note in its thread.
import { createHooks } from '@movoice-kit/hooks'
import { createSandbox } from '@movoice-kit/sandbox'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ringsOf } from './app-process.ts'
import { createWorld, eventOf, NOON, type World } from './app-world.ts'
import { attempt } from './flows.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** How much faster than the clock on the wall the app and the sandbox live. */
const SPEED = 30

const cardOf = (world: World, phone: string) =>
  world.slack
    .messages()
    .filter(({ thread, edits }) => thread === undefined && edits[0]?.includes(`•${phone.slice(-2)}`))
const threadsOf = (world: World, ts: string | undefined) =>
  world.slack.messages().filter(({ thread }) => thread === ts)

/** One card, whose end was shown once, and one note. */
function expectOneEnd(world: World, phone: string, end = 'Completed'): void {
  const [card, ...more] = cardOf(world, phone)
  expect([phone, more]).toEqual([phone, []])
  expect(card?.edits.at(-1)).toContain(end)
  expect([phone, card?.edits.filter((text) => text.includes(end)).length]).toEqual([phone, 1])
  expect([phone, threadsOf(world, card?.ts).length]).toEqual([phone, 1])
}

/** The app, the hooks server it hears from, and a sandbox that tells that server. */
async function withHooks() {
  const sandbox = await createSandbox({ speed: 0, startAt: NOON / 1000, plan: '10000x1000' })
  const hooks = await createHooks({
    webhookSecret: 'whs',
    token: 'hooks-token',
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.baseUrl,
  })
  const control = (path: string, body: object) =>
    fetch(`${sandbox.controlUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await control('/webhook', { url: `${hooks.url}/movoice`, secret: 'whs' })
  const world = await createWorld('http', {
    hooks: { url: hooks.url, token: 'hooks-token' },
    movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
  })
  onTestFinished(async () => {
    await world.close()
    await hooks.close()
    await sandbox.close()
  })
  await world.app.idle()
  return { world, sandbox, control }
}

test('Movoice answers after 90 s: the call ends on its one card, whichever way it was found', async () => {
  const began = Date.now()
  const sandbox = await createSandbox({ speed: SPEED, startAt: NOON / 1000, plan: '10000x1000' })
  const world = await createWorld('http', {
    movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
    sweepMs: 30_000,
    clock: {
      now: () => NOON + (Date.now() - began) * SPEED,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted === true) return resolve()
          const timer = setTimeout(resolve, ms / SPEED)
          signal?.addEventListener('abort', () => {
            clearTimeout(timer)
            resolve()
          })
        }),
    },
  })
  onTestFinished(async () => {
    await world.close()
    await sandbox.close()
  })
  const phone = '+12025550117'
  await attempt(world, 'command', { user: 'alice', phone })
  expect(await ringsOf(sandbox)).toEqual([phone])
  // The fourth edit at the most; whatever the sweep finds meanwhile.
  await world.slack.until('the note in the thread', () => {
    const [card] = cardOf(world, phone)
    return card !== undefined && threadsOf(world, card.ts).length > 0
  })
  await new Promise((resolve) => setTimeout(resolve, (120_000 * 2) / SPEED))
  expectOneEnd(world, phone)
  expect(await ringsOf(sandbox)).toEqual([phone])
})

test('results that come 30 minutes late, after a restart, in any order, thrice or never', async () => {
  const { world, sandbox, control } = await withHooks()
  // As usual, never a webhook, each thrice, in reverse.
  const phones = ['+12025550101', '+12025550114', '+12025550115', '+12025550116']
  for (const phone of phones) await attempt(world, 'command', { user: 'alice', phone })
  expect((await ringsOf(sandbox)).toSorted()).toEqual(phones)
  await world.app.close()
  await control('/advance', { seconds: 1800 })
  await world.restart()
  await world.app.sweep()
  for (const phone of phones) expectOneEnd(world, phone)
  // What the hooks server could not deliver comes now, and again, and backwards.
  const { calls } = (await (await fetch(`${sandbox.controlUrl}/calls`)).json()) as {
    calls: { call_id: string; summary?: string; duration?: number; outcome?: string }[]
  }
  const events = calls.flatMap(({ call_id, summary = null, duration, outcome }) => [
    eventOf({ event_type: 'call.completed', call_id, summary, duration, outcome, sentiment: 'positive' }),
    eventOf({ event_type: 'call.started', call_id, direction: 'outbound' }),
  ])
  await Promise.all([...events, ...events, ...events].map((event) => world.app.take(event)))
  await world.app.sweep()
  await world.restart()
  await world.app.sweep()
  for (const phone of phones) expectOneEnd(world, phone)
  expect((await ringsOf(sandbox)).toSorted()).toEqual(phones)
})

test('results that come as they happen, through the hooks server', async () => {
  const { world, control } = await withHooks()
  const phones = ['+12025550101', '+12025550115', '+12025550116']
  for (const phone of phones) await attempt(world, 'command', { user: 'alice', phone })
  await control('/advance', { seconds: 900 })
  await world.slack.until('three notes', () =>
    phones.every((phone) => threadsOf(world, cardOf(world, phone)[0]?.ts ?? '').length > 0),
  )
  await world.app.sweep()
  for (const phone of phones) expectOneEnd(world, phone)
})
