import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { SignatureError } from '../engine/errors.ts'
import { type HeaderBag, readHeader } from './headers.ts'

/** How far a delivery's time may be from ours, in seconds. Source: Standard Webhooks specification. */
export const DELIVERY_TOLERANCE_SECONDS = 300
/** What stands before the base64 of a secret. Source: Standard Webhooks specification. */
export const DELIVERY_SECRET_PREFIX = 'whsec_'

/** By what time a delivery is judged. */
export interface VerifyDeliveryOptions {
  /** Milliseconds since 1970; the machine's time if not given. */
  readonly now?: number | undefined
  /** In seconds; 300. */
  readonly toleranceSeconds?: number | undefined
}

/** What a genuine delivery says of itself. */
export interface VerifiedDelivery {
  /** The same for every attempt at the same delivery: what to de-duplicate on. */
  readonly id: string
  /** When this attempt was signed, in Unix seconds. */
  readonly timestamp: number
}

/**
 * The `webhook-signature` of a delivery by the hooks server: `v1,` and the base64 HMAC-SHA256 of
 * `id.timestamp.body`. While a secret is being replaced, several signatures stand side by side.
 * Source: Standard Webhooks specification.
 *
 * @param timestamp Unix seconds
 * @throws {@link SignatureError} with code `secret_malformed`
 * @example
 * signDelivery({ id: 'msg_1', timestamp: 1767225600, body: '{}' }, 'whsec_bWFkZSBmb3IgdGhlIGRvY3M=')
 * // 'v1,…'
 */
export function signDelivery(
  {
    id,
    timestamp,
    body,
  }: { readonly id: string; readonly timestamp: number; readonly body: string | Uint8Array },
  secrets: string | readonly string[],
): string {
  return listOf(secrets)
    .map((secret) => `v1,${mac(id, String(timestamp), body, secret).toString('base64')}`)
    .join(' ')
}

/**
 * Checks that a delivery comes from the hooks server and is fresh, over the raw body as it came. Compares in
 * constant time. Returns its id, which every repeat of the same delivery carries.
 *
 * @throws {@link SignatureError} with code `signature_missing`, `signature_malformed`, `timestamp_outside`,
 * `signature_mismatch`, `secret_malformed` or `no_secret`
 * @example
 * const { id } = verifyDelivery(rawBody, request.headers, secret)
 * if (await seenBefore(id)) return reply.code(204).send()
 */
export function verifyDelivery(
  rawBody: string | Uint8Array,
  headers: HeaderBag,
  secrets: string | readonly string[] | undefined,
  { now = Date.now(), toleranceSeconds = DELIVERY_TOLERANCE_SECONDS }: VerifyDeliveryOptions = {},
): VerifiedDelivery {
  const all = listOf(secrets)
  const id = readHeader(headers, 'webhook-id')
  const stamp = readHeader(headers, 'webhook-timestamp')
  const written = readHeader(headers, 'webhook-signature')
  if (!id || !stamp || !written) {
    const missing = { 'webhook-id': id, 'webhook-timestamp': stamp, 'webhook-signature': written }
    const names = Object.keys(missing).filter((name) => !missing[name as keyof typeof missing])
    throw new SignatureError('signature_missing', `The request has no ${names.join(', ')} header.`, {
      hint: 'The hooks server sends all three: whoever sent this was not it, or a proxy dropped them.',
    })
  }
  const timestamp = /^\d{1,12}$/.test(stamp) ? Number(stamp) : Number.NaN
  if (Number.isNaN(timestamp)) {
    throw new SignatureError(
      'signature_malformed',
      'The webhook-timestamp header is no Unix time in seconds.',
    )
  }
  const given = written.split(' ').flatMap((part) => {
    const [version, value = ''] = part.split(',', 2)
    return version === 'v1' && BASE64_OF_32.test(value) ? [Buffer.from(value, 'base64')] : []
  })
  if (given.length === 0) {
    throw new SignatureError('signature_malformed', 'The webhook-signature header holds no v1 signature.', {
      hint: 'Expected "v1," and 44 base64 characters; several may stand side by side, parted by spaces.',
    })
  }
  let matches = false
  for (const secret of all) {
    const expected = mac(id, stamp, rawBody, secret)
    // Every pair is compared, so that the time taken does not tell which was near.
    for (const candidate of given) matches = timingSafeEqual(candidate, expected) || matches
  }
  if (!matches) {
    throw new SignatureError('signature_mismatch', 'The signature does not fit the body and the secret.', {
      hint: 'Check that the secret is the one given when the subscription was made, and that the body is raw.',
    })
  }
  if (Math.abs(now / 1000 - timestamp) > toleranceSeconds) {
    throw new SignatureError(
      'timestamp_outside',
      `The delivery was signed more than ${toleranceSeconds} s from this machine’s time.`,
      {
        hint: 'Check this machine’s clock; if it is right, the delivery is an old one sent again by somebody.',
      },
    )
  }
  return { id, timestamp }
}

const BASE64_OF_32 = /^[A-Za-z0-9+/]{43}=$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

function mac(id: string, timestamp: string, body: string | Uint8Array, secret: string): Buffer {
  return createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest()
}

/** Keys by their secrets: making one takes longer than signing with it. */
const keys = new Map<string, KeyObject>()
const MAX_KEYS = 1_000

function keyOf(secret: string): KeyObject {
  let key = keys.get(secret)
  if (key === undefined) {
    key = createSecretKey(bytesOf(secret))
    if (keys.size >= MAX_KEYS) keys.clear()
    keys.set(secret, key)
  }
  return key
}

function bytesOf(secret: string): Buffer {
  const text = secret.startsWith(DELIVERY_SECRET_PREFIX)
    ? secret.slice(DELIVERY_SECRET_PREFIX.length)
    : secret
  if (!BASE64.test(text)) {
    throw new SignatureError('secret_malformed', 'The secret is no base64 text.', {
      hint: 'Use the secret as it was given when the subscription was made, with "whsec_" in front.',
    })
  }
  return Buffer.from(text, 'base64')
}

function listOf(secrets: string | readonly string[] | undefined): readonly string[] {
  const all = (typeof secrets === 'string' ? [secrets] : (secrets ?? [])).filter((secret) => secret !== '')
  if (all.length === 0) {
    throw new SignatureError('no_secret', 'There is no secret to sign or verify with.', {
      hint: 'Use the secret that was given when the subscription was made.',
    })
  }
  return all
}
