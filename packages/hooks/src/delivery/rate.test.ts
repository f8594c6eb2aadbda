import { expect, test } from 'vitest'
import { RateLimit } from './rate.ts'

test('a clock that is put back an hour does not stop an endpoint for an hour', () => {
  const rate = new RateLimit()
  rate.configure({ per_second: 2, per_5_minutes: 100 }, 1)
  let now = 10 * 3_600_000
  expect([rate.take(now), rate.take(now + 100), rate.take(now + 200)]).toEqual([0, 0, 800])
  now -= 3_600_000
  expect(rate.take(now)).toBeLessThanOrEqual(1_000)
  expect(rate.take(now + 1_000)).toBe(0)
})
