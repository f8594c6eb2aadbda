import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { KEY } from '../testing/index.ts'
import { readPlan } from './plans.ts'

describe('a plan in words', () => {
  it.each([
    ['starter', 10, 1, 50],
    [' Growth ', 60, 3, 500],
    ['business', 200, 10, 5000],
    ['enterprise', null, null, null],
    ['120x5', 120, 5, null],
  ])('%s is %s a minute, %s at once, %s in a batch', (text, callsPerMinute, concurrentCalls, batchSize) => {
    expect(readPlan(text)).toMatchObject({ callsPerMinute, concurrentCalls, batchSize })
  })

  it.each(['', 'gold', '0x5', '5x0', '5', 'x', '1e3x5', 'toString'])('"%s" is none', (text) => {
    expect(readPlan(text)).toBeUndefined()
    const make = () =>
      new Movoice({ apiKey: KEY, plan: text, transport: async () => Promise.reject(new Error('none')) })
    expect(make).toThrow(
      /plan must be starter, growth, business, enterprise, or calls per minute x concurrent/,
    )
  })
})
