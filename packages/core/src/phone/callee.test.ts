import { expect, test } from 'vitest'
import { isDoubtful, localTimes, numberKind, readTime, zonesOf } from './callee.ts'

test.each([
  ['+19005550100', 'premium'],
  ['+449098790000', 'premium'],
  ['+881612345678', 'premium'],
  ['+12025550101', 'ordinary'],
  ['+919876543210', 'ordinary'],
  ['+91112', 'emergency'],
  ['+1911', 'emergency'],
  ['+49116117', 'emergency'],
  ['+44116123', 'emergency'],
  ['+441161234567', 'ordinary'],
])('%s is %s', (phone, kind) => {
  expect(numberKind(phone)).toBe(kind)
})

test('a number of no known range is doubtful', () => {
  expect(isDoubtful('+12020550101')).toBe(true)
  expect(isDoubtful('+12025550101')).toBe(false)
})

test('every zone of the table is one this machine knows', () => {
  expect(zonesOf('+12125550101')).toEqual(['America/New_York'])
  expect(zonesOf('+13125550101')).toEqual(['America/Chicago'])
  expect(zonesOf('+870773111632')).toEqual([])
  for (const phone of ['+1', '+7', '+61', '+55', '+52', '+62']) {
    expect(localTimes(`${phone}0000000000`, Date.UTC(2026, 0, 15, 17))?.times.length).toBeGreaterThan(0)
  }
})

test('the time there, or the times where its zones differ', () => {
  expect(localTimes('+919876543210', Date.UTC(2026, 0, 1))).toEqual({
    zones: ['Asia/Calcutta'],
    times: ['05:30'],
  })
  expect(localTimes('+18005550100', Date.UTC(2026, 0, 1))?.times.length).toBeGreaterThan(3)
  expect(localTimes('+870773111632', 0)).toBeUndefined()
})

test('reads a time of day', () => {
  expect(['08:30', '24:00', '8:30'].map(readTime)).toEqual([510, undefined, undefined])
})
