// The thread of a card is told once how the call ended, whatever becomes of Slack's answer.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWorld, type World } from './app-world.ts'
import { attempt } from './flows.ts'
import type { Fault } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: World
beforeEach(async () => {
  world = await createWorld()
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  await world.advance(900)
})
afterEach(async () => {
  const { problems } = world.slack
  await world.close()
  expect(problems).toEqual([])
})

/** A sweep, after the time that a lost answer is waited for. */
const later = async (seconds = 60): Promise<void> => {
  await world.advance(seconds)
  await world.app.sweep()
}
const threads = () => world.slack.messages().filter(({ thread }) => thread !== undefined)
const fails = (method: string, ...faults: Fault[]): void => {
  for (const fault of faults) world.slack.faults.push({ method, fault })
}

describe('where Slack knows a message again', () => {
  test.each<[string, Fault]>([
    ['posts, then resets the connection', 'reset'],
    ['resets the connection before it posts', 'reset-before'],
    ['fails with 503', { status: 503 }],
    ['says that it may have', { error: 'internal_error' }],
    ['refuses for now', { error: 'ratelimited' }],
  ])('a Slack that %s', async (_what, fault) => {
    // The thread cannot be read.
    fails('conversations.replies', { error: 'missing_scope' }, { error: 'missing_scope' })
    fails('chat.postMessage', fault)
    await world.app.sweep()
    await later()
    await later()
    expect(threads()).toHaveLength(1)
    expect(threads()[0]?.edits[0]).toContain('Summary')
  })

  test('a process that is stopped before it learns what became of it', async () => {
    fails('conversations.replies', { error: 'missing_scope' })
    fails('chat.postMessage', 'reset')
    await world.app.sweep()
    await world.restart()
    await later()
    await later()
    expect(threads()).toHaveLength(1)
  })
})

describe('where the app may read threads', () => {
  beforeEach(() => {
    world.slack.knowsAgain = false
  })

  test.each<[string, Fault]>([
    ['posts, then resets the connection', 'reset'],
    ['resets the connection before it posts', 'reset-before'],
    ['fails with 503', { status: 503 }],
  ])('a Slack that %s, and knows no message again', async (_what, fault) => {
    fails('chat.postMessage', fault)
    await world.app.sweep()
    await later()
    await later()
    expect(threads()).toHaveLength(1)
    expect(world.slack.calls('conversations.replies')).toHaveLength(1)
  })

  test('days later too', async () => {
    fails('chat.postMessage', 'reset')
    await world.app.sweep()
    await later(24 * 3600)
    await later()
    expect(threads()).toHaveLength(1)
  })
})

test('where nothing tells, and Slack may have forgotten, the thread is not told twice', async () => {
  world.slack.knowsAgain = false
  fails('conversations.replies', { error: 'missing_scope' })
  fails('chat.postMessage', 'reset')
  await world.app.sweep()
  await later(2 * 3600)
  await later()
  expect(threads()).toHaveLength(1)
  expect(world.log.join()).toContain('not told again')
})

test('a second asker waits until the first can have been answered', async () => {
  fails('chat.postMessage', { delay: 1500 })
  await Promise.all([world.app.sweep(), world.app.sweep()])
  await world.app.sweep()
  expect(threads()).toHaveLength(1)
  expect(world.slack.calls('conversations.replies')).toHaveLength(0)
})
