import { signDelivery, signWebhook } from '@movoice-kit/core/events'
import { describe, expect, test } from 'vitest'
import { diagnoseSignature } from './diagnose-signature.ts'

const now = 1_767_225_600_000
const body = '{"event_type":"call.failed","reason":"busy"}'
const signed = (secret: string, signedBody = body) => ({
  'x-movoice-signature': signWebhook(signedBody, secret),
})

describe('why a signature does not fit', () => {
  test.each([
    ['nothing is wrong', { body, secret: 's3', headers: signed('s3') }, true, /fits/],
    [
      'a line break too many',
      { body: `${body}\n`, secret: 's3', headers: signed('s3') },
      false,
      /secret is right.*line break at its end/,
    ],
    [
      'a line break too few',
      { body, secret: 's3', headers: signed('s3', `${body}\n`) },
      false,
      /lost a line break/,
    ],
    [
      'parsed and written again',
      { body: JSON.stringify(JSON.parse(body), null, 2), secret: 's3', headers: signed('s3') },
      false,
      /parsed and written again/,
    ],
    [
      'a secret with white space',
      { body, secret: ' s3\n', headers: signed('s3') },
      false,
      /body is right.*white space/,
    ],
    ['a secret in quotes', { body, secret: '"s3"', headers: signed('s3') }, false, /quotes/],
    [
      'another secret',
      { body, secret: 'other', headers: signed('s3') },
      false,
      /another secret, or another body/,
    ],
    ['no HMAC', { body, secret: 's3', headers: { 'x-movoice-signature': 'abc' } }, false, /holds no HMAC/],
  ])('%s', (_what, given, fits, line) => {
    const found = diagnoseSignature({ ...given, now })
    expect(found.fits).toBe(fits)
    expect(found.line).toMatch(line)
  })

  test('a delivery of the relay, also one that is too old', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now / 1000),
      'webhook-signature': signDelivery({ id: 'msg_1', timestamp: now / 1000, body }, secret),
    }
    expect(diagnoseSignature({ body, secret, headers, now }).fits).toBe(true)
    expect(diagnoseSignature({ body: `${body}\n`, secret, headers, now }).line).toMatch(/line break/)
    expect(diagnoseSignature({ body, secret, headers, now: now + 600_000 }).line).toMatch(/300 s from/)
  })
})
