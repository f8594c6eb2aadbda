import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('work begins in order, one at a time, when nobody comes in any more', async () => {
  const turns = new Turns(() => 0)
  const begun: number[] = []
  let atOnce = 0
  const begin = (which: number) =>
    turns.next().then(async () => {
      atOnce += 1
      expect(atOnce).toBe(1)
      begun.push(which)
      atOnce -= 1
    })
  const works = [begin(1)]
  for (let which = 2; which <= 20; which += 1) {
    await turn()
    expect(begun).toEqual([])
    works.push(begin(which))
  }
  await Promise.all(works)
  expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
})

test('work is not put off for ever by those who keep coming in', async () => {
  let now = 0
  const turns = new Turns(() => now)
  let isBegun = false
  const first = turns.next().then(() => {
    isBegun = true
  })
  let came = 0
  while (!isBegun && came < 1000) {
    void turns.next()
    came += 1
    now += 10
    await turn()
  }
  await first
  expect(came).toBeLessThan(100)
})
