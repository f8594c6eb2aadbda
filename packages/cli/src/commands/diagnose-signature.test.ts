import { signDelivery, signWebhook } from '@movoice-kit/core/events'
import { describe, expect, test } from 'vitest'
import { diagnoseSignature } from './diagnose-signature.ts'

const now = 1_767_225_600_000
const body = '{"event_type":"call.failed","reason":"busy"}'
const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding)
const signed = (secret: string, signedBody = body) => ({
  'x-movoice-signature': signWebhook(signedBody, secret),
})

const found = (given: Uint8Array, secrets: string | readonly string[], headers: Record<string, string>) =>
  diagnoseSignature({
    body: given,
    secrets: typeof secrets === 'string' ? [secrets] : secrets,
    headers,
    now,
  })

describe('why a signature does not fit: the body', () => {
  const hindi = '{"summary":"आशा आएगी / Ása","n":[1,{"a":null}]}'
  const python = '{"summary": "\\u00c1sa", "n": [1, {"a": null}]}'
  const php = '{"summary":"\\u00c1sa","url":"https:\\/\\/a.example\\/b"}'
  const again = (text: string) => JSON.stringify(JSON.parse(text))
  test.each<[string, string, Uint8Array, RegExp]>([
    [
      'a line break too many',
      body,
      bytes(`${body}\n`),
      /secret is right.*line break at its end that was not/,
    ],
    ['a line break too few', `${body}\n`, bytes(body), /lost a line break/],
    ['CRLF', '{\n}', bytes('{\r\n}'), /changed to CRLF/],
    ['no CRLF', '{\r\n}', bytes('{\n}'), /changed from CRLF/],
    ['a byte order mark', body, bytes(`\uFEFF${body}`), /byte order mark/],
    ['written again with spaces', body, bytes(JSON.stringify(JSON.parse(body), null, 2)), /written again/],
    ['written again without', JSON.stringify(JSON.parse(body), null, 2), bytes(body), /written again/],
    ['as Python writes it', python, bytes(again(python)), /written again/],
    ['as PHP writes it', php, bytes(again(php)), /written again/],
    ['Latin-1', '{"a":"Ása"}', bytes('{"a":"Ása"}', 'latin1'), /from UTF-8 to Latin-1/],
    [
      'encoded twice',
      hindi,
      bytes(bytes(hindi).toString('latin1')),
      /taken for Latin-1 and encoded once more/,
    ],
    ['UTF-16', hindi, bytes(`\uFEFF${hindi}`, 'utf16le'), /from UTF-8 to UTF-16/],
    ['UTF-16, the other way round', hindi, bytes(`\uFEFF${hindi}`, 'utf16le').swap16(), /to UTF-16/],
    ['base64', hindi, bytes(bytes(hindi).toString('base64')), /base64, as AWS/],
    ['nothing at all', body, bytes(''), /The body is empty/],
    [
      'another one',
      body,
      bytes('{"event_type":"call.failed","reason":"BUSY"}'),
      /another body than was signed/,
    ],
  ])('%s', (_what, was, came, line) => {
    const { fits, line: said } = found(came, 's3', signed('s3', was))
    expect(fits).toBe(false)
    expect(said).toMatch(line)
  })
})

describe('why a signature does not fit: the secret', () => {
  test.each<[string, string, string, RegExp]>([
    ['white space', 's3', ' s3\n', /body is right.*white space/],
    ['quotes', 's3', '"s3"', /quotes/],
    ['the name of its setting', 's3', 'MOVOICE_WEBHOOK_SECRET=s3', /name of a setting/],
    ['whsec_ lost', 'whsec_s3', 's3', /lost its "whsec_"/],
    ['whsec_ too many', 's3', 'whsec_s3', /"whsec_" too many/],
    ['base64', 'topsecret', 'dG9wc2VjcmV0', /encoded as base64/],
    ['hex digits', 'topsecret', '746f70736563726574', /encoded as hex/],
    ['a URL', 'to/p=secret', 'to%2Fp%3Dsecret', /part of a URL/],
    ['another one', 's3', 'other', /another secret, or another body/],
  ])('%s', (_what, was, given, line) => {
    const { fits, line: said } = found(bytes(body), given, signed(was))
    expect(fits).toBe(false)
    expect(said).toMatch(line)
  })
})

test('body and secret may both be off', () => {
  expect(found(bytes(`${body}\n`), '"s3"', signed('s3')).line).toMatch(
    /^Two things are off: the body had a line break .*; and the secret stands in quotes\.$/,
  )
})

test('one of several secrets is enough, and each is looked at', () => {
  expect(found(bytes(body), ['new', 's3'], signed('s3'))).toEqual({
    fits: true,
    line: 'The signature fits the body and the secret.',
  })
  expect(found(bytes(`${body}\n`), ['new', 's3'], signed('s3')).line).toMatch(/The secret is right/)
})

test('what is no HMAC', () => {
  expect(found(bytes(body), 's3', { 'x-movoice-signature': 'abc' }).line).toMatch(/holds no HMAC/)
})

test('a delivery of the relay, also one that is too old', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(now / 1000),
    'webhook-signature': signDelivery({ id: 'msg_1', timestamp: now / 1000, body }, secret),
  }
  expect(found(bytes(body), secret, headers).fits).toBe(true)
  expect(found(bytes(`${body}\n`), secret, headers).line).toMatch(/line break/)
  const late = diagnoseSignature({ body: bytes(body), secrets: [secret], headers, now: now + 600_000 })
  expect(late.line).toMatch(/300 s from/)
})
