// The suites that run over HTTP, once more over a socket: what people do and what is kept to does not depend on the door.
import { describe, expect, test } from 'vitest'
import { createWorld, usualMode } from './app-world.ts'

usualMode('socket')

describe('over a socket', () => {
  test('there is no other door', async () => {
    const world = await createWorld()
    expect([world.slack.mode, world.app.url]).toEqual(['socket', undefined])
    await world.close()
  })
  describe('features', () => import('./features.test.ts').then(() => undefined))
  describe('guards', () => import('./guards.test.ts').then(() => undefined))
  describe('threads', () => import('./threads.test.ts').then(() => undefined))
  describe('no second ring', () => import('./once.test.ts').then(() => undefined))
})
