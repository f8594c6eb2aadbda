import { expect, test } from 'vitest'
import { Timeline } from './timeline.ts'

test('what is planned happens in order, each at its own moment, and what it plans too', async () => {
  const timeline = new Timeline({ start: 0, speed: 0 })
  const seen: [string, number][] = []
  const note = (name: string) => () => void seen.push([name, timeline.now()])
  timeline.at(500, note('b'))
  timeline.at(100, () => {
    note('a')()
    timeline.after(50, note('planned'))
  })
  timeline.at(500, note('c'))
  timeline.at(700, note('off')).cancel()
  timeline.at(1001, note('late'))
  await timeline.advance(1000)
  expect(seen).toEqual([
    ['a', 100],
    ['planned', 150],
    ['b', 500],
    ['c', 500],
  ])
  expect(timeline.now()).toBe(1000)
  timeline.close()
})

test('a thousand things planned at random happen in order', async () => {
  const timeline = new Timeline({ start: 0, speed: 0 })
  const seen: number[] = []
  for (let index = 0; index < 1000; index += 1)
    timeline.at((index * 7919) % 1009, () => seen.push(timeline.now()))
  await timeline.advance(2000)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen).toHaveLength(1000)
  timeline.close()
})

test('advance does not go on before the work of a moment is done', async () => {
  const timeline = new Timeline({ start: 0, speed: 0 })
  const seen: string[] = []
  timeline.at(10, () =>
    timeline.track(
      new Promise<void>((resolve) => setImmediate(resolve)).then(
        () => void seen.push(`work at ${timeline.now()}`),
      ),
    ),
  )
  timeline.at(20, () => seen.push('next'))
  await Promise.all([timeline.advance(15), timeline.advance(15)])
  expect(seen).toEqual(['work at 10', 'next'])
  expect(timeline.now()).toBe(30)
  timeline.close()
})

test('in real time, what is due happens by itself, at its own moment', async () => {
  const timeline = new Timeline({ start: 1000, speed: 100_000 })
  const at = await new Promise<number>((resolve) => timeline.at(61_000, () => resolve(timeline.now())))
  expect(at).toBe(61_000)
  timeline.setSpeed(0)
  const stands = timeline.now()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(timeline.now()).toBe(stands)
  timeline.close()
})

test('a reset ends the walk that is under way', async () => {
  const timeline = new Timeline({ start: 0, speed: 0 })
  timeline.at(10, () => timeline.reset(5))
  timeline.at(20, () => expect.unreachable())
  await timeline.advance(100)
  expect(timeline.now()).toBe(5)
  timeline.close()
})
