import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Assumptions, withAssumptions } from '../contract/assumptions.ts'
import { SignatureError } from '../engine/errors.ts'
import { type HeaderBag, readHeader } from './headers.ts'

/**
 * The signature Movoice puts on a webhook: HMAC-SHA256 of the raw body under the webhook secret, in hex.
 * Source: assumed, see contract/assumptions.ts.
 *
 * @example
 * const signature = signWebhook('{"event_type":"call.started"}', 'whsec_1')
 * await fetch(url, { method: 'POST', headers: { 'X-Movoice-Signature': signature }, body })
 */
export function signWebhook(rawBody: string | Uint8Array, secret: string): string {
  return hmac(rawBody, secret).toString('hex')
}

/**
 * Checks that a webhook comes from Movoice. Give it the body's bytes as they came, before any JSON parsing.
 * Several secrets may be given while one is being replaced by another; none at all is an error, as whoever forgot to
 * set it must hear of it. Compares in constant time.
 *
 * @throws {@link SignatureError} with code `signature_missing`, `signature_malformed`, `signature_mismatch`,
 * `no_secret` or `body_not_raw`
 * @example
 * verifyWebhook(await request.text(), request.headers, process.env.MOVOICE_WEBHOOK_SECRET)
 */
export function verifyWebhook(
  rawBody: string | Uint8Array,
  headers: HeaderBag,
  secrets: string | readonly string[] | undefined,
  assumptions?: Partial<Assumptions>,
): void {
  const rules = withAssumptions(assumptions)
  const all = (typeof secrets === 'string' ? [secrets] : (secrets ?? [])).filter((secret) => secret !== '')
  if (all.length === 0) {
    throw new SignatureError('no_secret', 'There is no webhook secret to verify with.', {
      hint: 'Set MOVOICE_WEBHOOK_SECRET to the secret shown in the dashboard under Settings → Webhooks.',
    })
  }
  if (typeof rawBody !== 'string' && !(rawBody instanceof Uint8Array)) {
    throw new SignatureError(
      'body_not_raw',
      'The signature covers the raw body, but a parsed one was given.',
      {
        hint: 'Pass the bytes or text as they came, before JSON parsing.',
      },
    )
  }
  const written = readHeader(headers, rules.signatureHeader)
  if (written === undefined || written.trim() === '') {
    throw new SignatureError('signature_missing', `The request has no ${rules.signatureHeader} header.`, {
      hint: 'Only Movoice signs its webhooks: whoever sent this was not Movoice, or a proxy dropped the header.',
    })
  }
  const candidates = decodings(written.trim(), rules)
  if (candidates.length === 0) {
    throw new SignatureError(
      'signature_malformed',
      `The ${rules.signatureHeader} header holds no HMAC-SHA256.`,
      {
        hint: 'Expected 64 hex digits or 44 base64 characters, with or without "sha256=".',
      },
    )
  }
  let matches = false
  for (const secret of all) {
    const expected = hmac(rawBody, secret)
    // Every pair is compared, so that the time taken does not tell which secret was near.
    for (const candidate of candidates) matches = timingSafeEqual(candidate, expected) || matches
  }
  if (!matches) {
    throw new SignatureError('signature_mismatch', 'The signature does not fit the body and the secret.', {
      hint: 'Check that the secret is the one in the dashboard and that nothing re-encodes the body on its way.',
    })
  }
}

function hmac(rawBody: string | Uint8Array, secret: string): Buffer {
  return createHmac('sha256', secret).update(rawBody).digest()
}

const HEX = /^[0-9a-f]{64}$/i
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/

function decodings(written: string, rules: Assumptions): Buffer[] {
  const prefix = rules.signaturePrefixes.find((text) => written.toLowerCase().startsWith(text.toLowerCase()))
  const bare = prefix === undefined ? written : written.slice(prefix.length).trim()
  const found: Buffer[] = []
  if (rules.signatureEncodings.includes('hex') && HEX.test(bare)) found.push(Buffer.from(bare, 'hex'))
  if (rules.signatureEncodings.includes('base64') && BASE64.test(bare))
    found.push(Buffer.from(bare, 'base64'))
  return found
}
