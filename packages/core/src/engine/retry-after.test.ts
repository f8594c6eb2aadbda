import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2026, 0, 1)
const at = (seconds: number) => new Date(now + seconds * 1000).toUTCString()

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    ['1.5', 1_500],
    [' 30 ', 30_000],
    [at(90), 90_000],
    [at(-90), 0],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['7 seconds', undefined],
    ['2026', 2_026_000],
  ])('"%s" is %s ms', (written, ms) => {
    expect(retryAfterMs({ 'retry-after': written }, now)).toBe(ms)
  })

  it('as a date is read by the clock of who sent it', () => {
    const headers = { 'retry-after': at(3_630), date: at(3_600) }
    expect(retryAfterMs(headers, now)).toBe(30_000)
  })

  it('that is not there is unknown', () => {
    expect(retryAfterMs({}, now)).toBeUndefined()
  })

  it('is never negative and never not a number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.date().map(String), fc.integer().map(String)), (written) => {
        const ms = retryAfterMs({ 'retry-after': written }, now)
        if (ms !== undefined) expect(ms).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
