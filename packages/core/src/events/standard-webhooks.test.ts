import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { SignatureError } from '../engine/errors.ts'
import { signDelivery, verifyDelivery } from './index.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const now = Date.now()
const timestamp = Math.floor(now / 1000)
const body = '{"id":"call_1:call.completed","summary":"Zoë — booked ✓"}'
const headersOf = (signature: string, at = timestamp) => ({
  'Webhook-Id': 'msg_1',
  'webhook-timestamp': String(at),
  'webhook-signature': signature,
})

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SignatureError) return error.code
    throw error
  }
  return 'accepted'
}

describe('deliveries', () => {
  test('are accepted by the public library, and its by us', () => {
    const ours = signDelivery({ id: 'msg_1', timestamp, body }, SECRET)
    expect(new Webhook(SECRET).verify(body, { ...headersOf(ours), 'webhook-id': 'msg_1' })).toEqual(
      JSON.parse(body),
    )
    const theirs = new Webhook(SECRET).sign('msg_1', new Date(timestamp * 1000), body)
    expect(verifyDelivery(body, headersOf(theirs), SECRET, { now })).toEqual({ id: 'msg_1', timestamp })
  })

  test('carry several signatures while a secret is being replaced', () => {
    const both = signDelivery({ id: 'msg_1', timestamp, body }, [OTHER, SECRET])
    expect(codeOf(() => verifyDelivery(body, headersOf(both), SECRET, { now }))).toBe('accepted')
    const one = signDelivery({ id: 'msg_1', timestamp, body }, OTHER)
    expect(codeOf(() => verifyDelivery(body, headersOf(one), [SECRET, OTHER], { now }))).toBe('accepted')
  })

  test('are checked over bytes as over text', () => {
    const signature = signDelivery({ id: 'msg_1', timestamp, body: Buffer.from(body) }, SECRET)
    expect(codeOf(() => verifyDelivery(body, headersOf(signature), SECRET, { now }))).toBe('accepted')
  })

  const good = signDelivery({ id: 'msg_1', timestamp, body }, SECRET)
  test.each([
    [
      'another body',
      () => verifyDelivery(`${body} `, headersOf(good), SECRET, { now }),
      'signature_mismatch',
    ],
    [
      'another id',
      () => verifyDelivery(body, { ...headersOf(good), 'Webhook-Id': 'msg_2' }, SECRET, { now }),
      'signature_mismatch',
    ],
    [
      'another time',
      () => verifyDelivery(body, headersOf(good, timestamp - 1), SECRET, { now }),
      'signature_mismatch',
    ],
    ['another secret', () => verifyDelivery(body, headersOf(good), OTHER, { now }), 'signature_mismatch'],
    ['no headers', () => verifyDelivery(body, {}, SECRET, { now }), 'signature_missing'],
    [
      'an unknown version',
      () => verifyDelivery(body, headersOf(good.replace('v1,', 'v1a,')), SECRET, { now }),
      'signature_malformed',
    ],
    [
      'a time that is none',
      () => verifyDelivery(body, { ...headersOf(good), 'webhook-timestamp': 'soon' }, SECRET, { now }),
      'signature_malformed',
    ],
    [
      'an old one',
      () => verifyDelivery(body, headersOf(good), SECRET, { now: now + 301_000 }),
      'timestamp_outside',
    ],
    [
      'one from the future',
      () => verifyDelivery(body, headersOf(good), SECRET, { now: now - 302_000 }),
      'timestamp_outside',
    ],
    ['no secret', () => verifyDelivery(body, headersOf(good), '', { now }), 'no_secret'],
    [
      'a secret that is no base64',
      () => verifyDelivery(body, headersOf(good), 'whsec_???', { now }),
      'secret_malformed',
    ],
  ])('refuses %s', (_what, work, code) => {
    expect(codeOf(work)).toBe(code)
  })
})
