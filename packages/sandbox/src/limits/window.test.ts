import { expect, test } from 'vitest'
import { call, started } from '../testing/index.ts'
import { makeWindow, type WindowModel, windowModels } from './window.ts'

const MINUTE = 60_000

/** How many of one request each 100 ms are let through in ten minutes, and the most in any minute. */
function flood(model: WindowModel, limit: number) {
  const window = makeWindow(model, limit)
  const allowed: number[] = []
  for (let now = 0; now < 10 * MINUTE; now += 100) {
    if (window.waitMs(now) > 0) continue
    window.count(now)
    allowed.push(now)
  }
  const most = Math.max(
    ...allowed.map((from) => allowed.filter((at) => at >= from && at < from + MINUTE).length),
  )
  return { total: allowed.length, most }
}

test.each([10, 60, 200])('a limit of %d holds under every model', (limit) => {
  expect(flood('sliding', limit)).toEqual({ total: limit * 10, most: limit })
  expect(flood('fixed', limit).total).toBe(limit * 10)
  const gcra = flood('gcra', limit)
  expect(gcra.most).toBeLessThanOrEqual(limit * 1.1)
  expect(gcra.total).toBeGreaterThanOrEqual(limit * 9)
})

test('only a fixed window lets two bursts meet at the turn of a minute', () => {
  for (const model of windowModels) {
    const window = makeWindow(model, 10)
    let allowed = 0
    for (const at of [MINUTE - 1, MINUTE]) {
      for (let request = 0; request < 10; request += 1) {
        if (window.waitMs(at) > 0) continue
        window.count(at)
        allowed += 1
      }
    }
    expect([model, allowed]).toEqual([model, { sliding: 10, fixed: 20, gcra: 1 }[model]])
  }
})

test.each(windowModels)('%s: Retry-After is right to the second', async (window) => {
  await using s = await started({ plan: '5x1000', window })
  await s.advance(7)
  let last = await s.api('POST', '/call', call('01'))
  while (last.status === 200) last = await s.api('POST', '/call', call('01'))
  const seconds = Number(last.headers.get('retry-after'))
  await s.advance(seconds - 1)
  expect((await s.api('POST', '/call', call('01'))).status).toBe(429)
  await s.advance(1)
  expect((await s.api('POST', '/call', call('01'))).status).toBe(200)
})
