import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskPhone, redact } from './redact.ts'

const phone = fc.stringMatching(/^\+[1-9]\d{7,14}$/)

describe('text from outside', () => {
  it('keeps no phone number, however it is written', () => {
    fc.assert(
      fc.property(
        phone,
        fc.constantFrom('', ' ', '-', '.'),
        fc.string(),
        fc.string(),
        (number, sign, before, after) => {
          const written = `+${number.slice(1).split('').join(sign)}`
          fc.pre(!/[\d+]$/.test(before) && !/^[\d ().-]/.test(after))
          const clean = redact(`${before}${written}${after}`, [])
          expect(clean).not.toContain(written)
          expect(clean.startsWith(before.slice(0, 3)) || /\d/.test(before)).toBe(true)
        },
      ),
    )
  })

  it('keeps no secret, also encoded', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme-ascii' }), (secret) => {
        fc.pre(!'[redacted]'.includes(secret))
        for (const text of [secret, encodeURIComponent(secret), JSON.stringify(secret)]) {
          expect(redact(`a ${text} b`, [secret])).not.toContain(secret)
        }
      }),
    )
  })

  it('shows of a number what a person needs to recognise it', () => {
    expect(maskPhone('+919876543210')).toBe('+91••••••••10')
    expect(maskPhone('12345')).toBe('•••••')
  })
})
