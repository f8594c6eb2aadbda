import { expect, test } from 'vitest'
import { Endpoint } from './endpoint.ts'

test('an endpoint has a few places until it has taken something, and then as many as it may', () => {
  const endpoint = new Endpoint()
  endpoint.configure({ concurrency: 10 }, 1)
  expect([endpoint.concurrency, endpoint.room]).toEqual([4, 8])
  for (let time = 0; time < 20; time += 1) endpoint.learn(true)
  expect([endpoint.concurrency, endpoint.room]).toEqual([10, 20])
  endpoint.learn(false)
  expect(endpoint.concurrency).toBe(4)
})

test('one that may have fewer than a few has no more than it may', () => {
  const endpoint = new Endpoint()
  endpoint.configure({ concurrency: 1 }, 1)
  expect([endpoint.concurrency, endpoint.room]).toEqual([1, 2])
})

test('it is hungry once half of what it may have in hand is gone, but not while it waits for its rate', () => {
  const endpoint = new Endpoint()
  endpoint.running = 4
  expect(endpoint.hungry).toBe(true)
  endpoint.reserved = 1
  expect(endpoint.hungry).toBe(false)
  endpoint.reserved = 0
  endpoint.waking = true
  expect(endpoint.hungry).toBe(false)
})
