import { VirtualClock } from '@movoice-kit/core/testing'
import { expect, test } from 'vitest'
import { WakeLoop } from './wake-loop.ts'

function setUp(round: (turn: number) => number | Promise<number>) {
  const clock = new VirtualClock(0)
  const at: number[] = []
  const errors: unknown[] = []
  const loop = new WakeLoop({
    clock,
    pollMs: 5_000,
    round: async () => {
      at.push(clock.now())
      return round(at.length)
    },
    onError: (error) => errors.push(error),
  })
  return { clock, at, errors, loop }
}

test('it rests as long as a round says, and never longer than the poll', async () => {
  const { clock, at, loop } = setUp((turn) => (turn === 1 ? 2_000 : Number.POSITIVE_INFINITY))
  loop.start()
  loop.start()
  await clock.advance(12_000)
  expect(at).toEqual([0, 2_000, 7_000, 12_000])
  await loop.stop()
  expect(clock.sleeping).toBe(0)
})

test('a wake ends the rest, and one that comes during a round makes the next follow at once', async () => {
  const { clock, at, loop } = setUp((turn) => {
    if (turn === 2) loop.wake()
    return 4_000
  })
  loop.start()
  await clock.advance(1_000)
  loop.wake()
  loop.wake()
  await clock.advance(0)
  expect(at).toEqual([0, 1_000, 1_000])
  await clock.advance(4_000)
  expect(at).toEqual([0, 1_000, 1_000, 5_000])
  await loop.stop()
})

test('a round that fails is told of and made again after a second', async () => {
  const broken = new Error('no database')
  const { clock, at, errors, loop } = setUp((turn) => (turn === 1 ? Promise.reject(broken) : 5_000))
  loop.start()
  await clock.advance(1_000)
  expect([at, errors]).toEqual([[0, 1_000], [broken]])
  await loop.stop()
})

test('a stop waits for the round that is under way, and none follows', async () => {
  let end: (rest: number) => void = () => undefined
  const { clock, at, loop } = setUp(
    () =>
      new Promise((resolve) => {
        end = resolve
      }),
  )
  loop.start()
  await clock.advance(0)
  let stopped = false
  const stop = loop.stop().then(() => {
    stopped = true
  })
  await clock.advance(60_000)
  expect([stopped, loop.stopping]).toEqual([false, true])
  end(0)
  await stop
  await clock.advance(60_000)
  expect(at).toEqual([0])
})
