import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { E164 } from '../contract/scalars.ts'
import { checkPhone, isPhoneColumn, readPhone } from './phone.ts'

describe('a phone number as a person writes it', () => {
  it.each([
    ['+91 98765-43210', '+919876543210', 'IN'],
    ['0091 98765 43210', '+919876543210', 'IN'],
    ['tel:+1-202-555-0101', '+12025550101', 'US'],
    [' (+44) 20 7946 0958 ', '+442079460958', 'GB'],
    ['＋９１９８７６５４３２１０', '+919876543210', 'IN'],
  ])('%s is %s', (written, e164, country) => {
    expect(readPhone(written)).toMatchObject({ ok: true, e164, country })
  })

  it.each([
    ['', 'empty'],
    ['call me', 'not_a_number'],
    ['98765 43210', 'no_country'],
    ['+999 1234567', 'unknown_country'],
    ['+1 202 555', 'impossible'],
    ['+1 202 555 0101 ext. 5', 'extension'],
  ])('%s is refused: %s', (written, code) => {
    expect(readPhone(written)).toMatchObject({ ok: false, code })
  })

  it('is given a country only where one was named', () => {
    expect(readPhone('98765 43210', { defaultCountry: 'in' })).toMatchObject({ e164: '+919876543210' })
    expect(readPhone('98765 43210', { defaultCountry: 'nowhere' })).toMatchObject({ code: 'no_country' })
  })

  it('is never read as something that cannot be sent, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+\d ()-]{0,20}$/)), (written) => {
        const reading = readPhone(written)
        if (reading.ok) {
          expect(reading.e164).toMatch(E164)
          expect(readPhone(reading.international)).toMatchObject({ e164: reading.e164 })
        } else expect(reading.message).not.toBe('')
      }),
    )
  })
})

describe('a number that must be in E.164 already', () => {
  it('passes as it is, or comes with what it could have meant', () => {
    expect(checkPhone('+12025550101')).toBeUndefined()
    expect(checkPhone('+1 (202) 555-0101')).toMatchObject({ suggestion: '+12025550101' })
    expect(checkPhone('2025550101')?.message).toMatch(/country code/)
  })
})

it.each([
  ['phone', true],
  ['Phone Number', true],
  [' recipient-phone ', true],
  ['name', false],
  ['phone of the doctor', false],
])('isPhoneColumn(%j) is %s', (name, is) => {
  expect(isPhoneColumn(name)).toBe(is)
})
