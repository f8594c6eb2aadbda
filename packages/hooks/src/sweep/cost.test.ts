import { describe, expect, test } from 'vitest'
import { type RelayDayOptions, relayDay } from '../testing/relay-day.ts'

const DAY_S = 24 * 3_600

/** So many calls, evenly over the day but for its last hour; every seventh fails, and they last from 20 s to 4 min. */
const evenly = (count: number): RelayDayOptions['calls'] =>
  Array.from({ length: count }, (_, index) => ({
    at: 60 + Math.floor((index / count) * (DAY_S - 3_600)),
    lasts: 20 + ((index * 37) % 220),
    ...(index % 7 === 0 && { fate: 'failed' as const }),
  }))

/** Three bursts of calls that begin in the same second, more than two pages hold. */
const bursts: RelayDayOptions['calls'] = [3_600, 30_000, 60_000].flatMap((at) =>
  Array.from({ length: 230 }, () => ({ at, lasts: 45 })),
)
/** As a day, with one call that is under way for nine hours and two for ninety minutes. */
const withLongOnes: RelayDayOptions['calls'] = [
  ...evenly(150),
  { at: 7_200, lasts: 9 * 3_600 },
  { at: 10_000, lasts: 5_400 },
  { at: 50_000, lasts: 5_400 },
]

const days: readonly (readonly [string, RelayDayOptions['calls']])[] = [
  ['nothing at all', []],
  ['40 calls', evenly(40)],
  ['300 calls', evenly(300)],
  ['bursts in one second', bursts],
  ['calls that last for hours', withLongOnes],
]

describe.each([
  ['webhooks that arrive', true],
  ['no webhooks', false],
])('with %s, a day of', (_what, webhooks) => {
  test.each(days)('%s costs N/100 + 96 lists and one get a call at most', async (_name, calls) => {
    const day = await relayDay({ calls, webhooks })
    expect(day.told).toBe(calls.length)
    expect(day.ids).toBe(day.deliveries)
    expect(day.lists).toBeLessThanOrEqual(calls.length / 100 + 96)
    expect(day.gets).toBeLessThanOrEqual(calls.length)
    expect(day.mostGets).toBeLessThanOrEqual(1)
  })
})

test.each([true, false])(
  'an API that does not say how many calls there are costs no more (webhooks: %s)',
  async (webhooks) => {
    const day = await relayDay({ calls: evenly(300), webhooks, saysTotal: false })
    expect([day.told, day.lists <= 300 / 100 + 96, day.mostGets]).toEqual([300, true, 1])
  },
)

test('without webhooks, what ends is told within 22 minutes, and within one of its end where somebody asks for that', async () => {
  const day = await relayDay({ calls: evenly(100), webhooks: false })
  expect(Math.max(...day.lateMs)).toBeLessThanOrEqual(22 * 60_000)
  const asked = await relayDay({ calls: evenly(100), webhooks: false, sweepIntervalMs: 60_000 })
  expect(Math.max(...asked.lateMs)).toBeLessThanOrEqual(61_000)
  expect(asked.lists).toBeGreaterThan(1_400)
})

test('an API that does not know the filter by status costs no more either', async () => {
  const calls = [...evenly(200), { at: 7_200, lasts: 9 * 3_600 }]
  const day = await relayDay({ calls, webhooks: false, knowsStatus: false })
  expect([day.told, day.lists <= 2 + 96, day.mostGets]).toEqual([201, true, 1])
})

test('an API that fails for half a day is asked little more than one that works, and loses nothing', async () => {
  const day = await relayDay({ calls: evenly(60), webhooks: false, listsDownFor: DAY_S / 2 })
  expect(day.told).toBe(60)
  // A sweep that fails asks twice, first every minute, then every quarter of an hour.
  expect(day.lists).toBeLessThanOrEqual(2 * (5 + 48) + 96)
})
