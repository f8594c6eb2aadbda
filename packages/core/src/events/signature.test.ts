import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SignatureError } from '../engine/errors.ts'
import { signWebhook, verifyWebhook } from './signature.ts'

const secret = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const bytes = fc.uint8Array({ maxLength: 300 })
const writings: ((hex: string) => string)[] = [
  (hex) => hex,
  (hex) => hex.toUpperCase(),
  (hex) => `sha256=${hex}`,
  (hex) => `SHA256=${hex} `,
  (hex) => Buffer.from(hex, 'hex').toString('base64'),
  (hex) => Buffer.from(hex, 'hex').toString('base64url'),
  (hex) => `sha256=${Buffer.from(hex, 'hex').toString('base64')}`,
]
const header = (signature: string) => ({ 'X-Movoice-Signature': signature })

function codeOf(work: () => void): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SignatureError) return error.code
    throw error
  }
  return 'accepted'
}

describe('the signature of a webhook', () => {
  it('is accepted however it is written, under any of the secrets', () => {
    fc.assert(
      fc.property(
        bytes,
        secret,
        fc.array(secret, { maxLength: 3 }),
        fc.constantFrom(...writings),
        (body, key, others, write) => {
          const signed = header(write(signWebhook(body, key)))
          expect(codeOf(() => verifyWebhook(body, signed, [...others, key]))).toBe('accepted')
          expect(codeOf(() => verifyWebhook(body, new Headers(signed), key))).toBe('accepted')
        },
      ),
    )
  })

  it('is refused for any other body', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        secret,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (body, key, at, flip) => {
          const other = Uint8Array.from(body)
          const index = at % other.length
          other[index] = (other[index] ?? 0) ^ flip
          const signed = header(signWebhook(body, key))
          expect(codeOf(() => verifyWebhook(other, signed, key))).toBe('signature_mismatch')
        },
      ),
    )
  })

  it('is refused under any other secret', () => {
    fc.assert(
      fc.property(bytes, secret, secret, (body, key, other) => {
        fc.pre(key !== other)
        const code = codeOf(() => verifyWebhook(body, header(signWebhook(body, key)), other))
        expect(code).toBe('signature_mismatch')
      }),
    )
  })

  it('never throws anything but a SignatureError, whatever stands in the header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(codeOf(() => verifyWebhook('{}', header(text), 'secret'))).toMatch(/^signature_/)
      }),
    )
  })

  it('covers the bytes and not what they mean', () => {
    const signed = header(signWebhook('{"a":1}', 'secret'))
    expect(codeOf(() => verifyWebhook(Buffer.from('{"a":1}'), signed, 'secret'))).toBe('accepted')
    expect(codeOf(() => verifyWebhook('{"a": 1}', signed, 'secret'))).toBe('signature_mismatch')
    expect(codeOf(() => verifyWebhook({ a: 1 } as never, signed, 'secret'))).toBe('body_not_raw')
    expect(codeOf(() => verifyWebhook('{"a":1}', {}, 'secret'))).toBe('signature_missing')
    expect(codeOf(() => verifyWebhook('{"a":1}', signed, ''))).toBe('no_secret')
  })
})
