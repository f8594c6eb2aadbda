import { describe, expect, test } from 'vitest'
import {
  allowed,
  allowedForTools,
  exceptions,
  installed,
  isCovered,
  licenceProblems,
} from '../../scripts/release/licences.ts'

describe('the licences', () => {
  const prod = installed('prod')

  test('of everything that is published with, or needs, are allowed', () => {
    expect(prod.length).toBeGreaterThan(100)
    expect(licenceProblems(prod, allowed)).toEqual([])
  })

  test('of the tools are allowed', () => {
    expect(licenceProblems(installed('dev'), allowedForTools)).toEqual([])
  })

  test('have no exception that is not needed', () => {
    const names = prod.map(({ name }) => name)
    expect(exceptions.filter(({ name }) => !names.includes(name))).toEqual([])
  })

  test('would be told if one were not allowed', () => {
    const listed = [{ name: 'a', versions: ['1.0.0'], license: 'GPL-3.0-only' }]
    expect(licenceProblems(listed, allowed)).toEqual(['a 1.0.0 is under GPL-3.0-only'])
    const unknown = [{ name: 'zapier-platform-core', versions: ['1.0.0'], license: 'SSPL-1.0' }]
    expect(licenceProblems(unknown, allowed)).toHaveLength(1)
  })

  test.each([
    ['MIT', true],
    ['(MIT AND BSD-3-Clause)', true],
    ['(MIT AND GPL-2.0)', false],
    ['MIT OR GPL-2.0', true],
    ['GPL-2.0 OR AGPL-3.0', false],
    ['(MIT OR GPL-2.0) AND GPL-3.0', false],
    ['Unknown', false],
    ['', false],
  ])('"%s" is covered: %s', (licence, is) => {
    expect(isCovered(licence, allowed)).toBe(is)
  })
})
