import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { zonesOf } from '../../../packages/core/src/phone/zones.ts'
import { googlesZones, TABLE, zoneTable } from './zones.ts'

test('the table that is checked in is the one that the generator makes', () => {
  expect(readFileSync(TABLE, 'utf8')).toBe(zoneTable(googlesZones()))
})

test('every prefix has the zones that Google gives it, and the machine knows each of them', () => {
  const zones = Object.entries(googlesZones())
  expect(zones.length).toBeGreaterThan(3000)
  for (const [prefix, list] of zones)
    expect([prefix, zonesOf(`+${prefix}`)]).toEqual([prefix, list.split('&')])
  for (const zone of new Set(zones.flatMap(([, list]) => list.split('&'))))
    expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow()
})

test('a longer prefix is kept where it says something else, and only there', () => {
  const table = JSON.parse(zoneTable({ '1': 'A&B', '12': 'A', '123': 'A', '1234': 'A&B' }))
  expect(table).toEqual({ 'A B': '1 1234', A: '12' })
})
