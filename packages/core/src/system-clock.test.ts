import { expect, test } from 'vitest'
import { Cancellation } from './engine/cancel.ts'
import { systemClock } from './system-clock.ts'

test.each([2 ** 31, 30 * 24 * 3_600_000, Number.POSITIVE_INFINITY])(
  'a pause of %d ms does not end at once',
  async (ms) => {
    const stop = new Cancellation()
    let over = false
    const pause = systemClock.sleep(ms, stop.signal).then(() => {
      over = true
    })
    await systemClock.sleep(20)
    expect(over).toBe(false)
    stop.cancel()
    await pause
  },
)
