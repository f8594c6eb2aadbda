import { expect, test } from 'vitest'
import { Endpoint } from './endpoint.ts'
import { shareOut } from './share-out.ts'

const names = (count: number) => Array.from({ length: count }, (_, index) => `hook_${index}`)

test('each endpoint gets what it has room for, and one that is full waits without being in the way', () => {
  const full = new Endpoint()
  full.running = 8
  const limited = new Endpoint()
  limited.waking = true
  const busy = new Endpoint()
  busy.running = 5
  const endpoints = new Map([
    ['full', full],
    ['limited', limited],
    ['busy', busy],
  ])
  const shares = shareOut(['full', 'limited', 'busy', 'new'], { room: 100, endpoints, random: () => 0 })
  expect(shares).toEqual({
    rooms: [
      { subscription_id: 'busy', room: 3 },
      { subscription_id: 'new', room: 8 },
    ],
    behind: new Set(['full', 'limited']),
    short: false,
  })
})

test('where there is too little for all, everybody gets as much', () => {
  const { rooms, short } = shareOut(names(10), { room: 30, endpoints: new Map(), random: () => 0 })
  expect(rooms.map(({ room }) => room)).toEqual(Array.from({ length: 10 }, () => 3))
  expect(short).toBe(true)
})

test('with more endpoints than places, none is always left out', () => {
  const seen = new Set<string>()
  for (let turn = 0; turn < 10; turn += 1) {
    const { rooms } = shareOut(names(10), { room: 2, endpoints: new Map(), random: () => turn / 10 })
    expect(rooms.map(({ room }) => room)).toEqual([1, 1])
    for (const { subscription_id } of rooms) seen.add(subscription_id)
  }
  expect(seen.size).toBe(10)
})
