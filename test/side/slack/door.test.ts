// What stands at the app's HTTP door and is not Slack.
import { request } from 'node:http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWorld, type World } from './app-world.ts'
import { textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: World
beforeEach(async () => {
  world = await createWorld('http')
})
afterEach(() => world.close())

test('a forged, old or odd request is refused, and the app lives on', async () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${world.slack.appUrl}/slack/events`, { method: 'POST', body, headers })
  expect((await send('{}')).status).toBe(401)
  expect(
    (
      await send('{}', {
        'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
        'x-slack-signature': 'v0=00',
      })
    ).status,
  ).toBe(401)
  // On a connection of its own, as the rest of what is too large is not waited for.
  const large = await new Promise((resolve) => {
    const sent = request(
      `${world.slack.appUrl}/slack/events`,
      { method: 'POST', agent: false },
      ({ statusCode }) => resolve(statusCode),
    )
    sent.on('error', () => resolve('cut off'))
    sent.end('x'.repeat(3_000_000))
  })
  expect([413, 'cut off']).toContain(large)
  expect((await fetch(`${world.slack.appUrl}/nothing`)).status).toBe(404)
  expect((await fetch(`${world.slack.appUrl}/readyz`)).status).toBe(200)
  const asked = await world.slack.command('/movoice', 'help')
  expect(textOf(await world.slack.response(asked.id))).toContain('Place a call')
})
