import { verifyDelivery, verifyWebhook } from '@movoice-kit/core/events'
import { bodyMishaps, secretMishaps } from './signature-mishaps.ts'

/** Checks a body and a secret; throws if they do not fit. */
type Check = (body: Uint8Array, secret: string) => unknown

export interface Signed {
  /** As it came, byte by byte. */
  readonly body: Uint8Array
  /** One, or several while one is being replaced by another. */
  readonly secrets: readonly string[]
  /** The headers that came with it, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Diagnosis {
  readonly fits: boolean
  readonly line: string
}

/**
 * Why a signature does not fit: tries what commonly goes wrong on the way, with the body, with the secret, and with
 * both at once, and says which of it explains it.
 *
 * @example
 * diagnoseSignature({ body, secrets: ['s'], headers: { 'x-movoice-signature': '…' }, now: Date.now() }).line
 */
export function diagnoseSignature({ body, secrets, headers, now }: Signed): Diagnosis {
  const check: Check =
    headers['webhook-signature'] === undefined
      ? (bytes, key) => verifyWebhook(bytes, headers, key)
      : (bytes, key) => verifyDelivery(bytes, headers, key, { now })
  const failures = secrets.map((secret) => failure(check, body, secret))
  if (failures.includes(undefined)) return { fits: true, line: 'The signature fits the body and the secret.' }
  const other = failures.find((failed) => failed?.code !== 'signature_mismatch')
  if (other !== undefined) {
    return { fits: false, line: [other.message, other.hint].filter((part) => part !== '').join(' ') }
  }
  return {
    fits: false,
    line: secrets.map((secret) => explained(check, body, secret)).find(isSaid) ?? NOTHING,
  }
}

const NOTHING =
  'Neither the body nor the secret explains it: this is another secret, or another body than was signed.'
const isSaid = (line: string | undefined): line is string => line !== undefined

/** What went wrong with one secret, the likelier first: one mishap, then one with each. */
function explained(check: Check, body: Uint8Array, secret: string): string | undefined {
  if (body.byteLength === 0) return 'The body is empty: something has read it before it was kept.'
  const fits = (bytes: Uint8Array, key: string) => failure(check, bytes, key) === undefined
  const bodies = bodyMishaps(body)
  const keys = secretMishaps(secret)
  const wrongBody = bodies.find(({ before }) => fits(before, secret))
  if (wrongBody !== undefined) return `The secret is right, but ${wrongBody.what}.`
  const wrongSecret = keys.find(({ before }) => fits(body, before))
  if (wrongSecret !== undefined) return `The body is right, but ${wrongSecret.what}.`
  for (const key of keys) {
    const both = bodies.find(({ before }) => fits(before, key.before))
    if (both !== undefined) return `Two things are off: ${both.what}; and ${key.what}.`
  }
  return undefined
}

function failure(check: Check, body: Uint8Array, secret: string) {
  try {
    check(body, secret)
    return undefined
  } catch (error) {
    const {
      code = 'unknown',
      message = '',
      hint = '',
    } = error as {
      readonly code?: string
      readonly message?: string
      readonly hint?: string
    }
    return { code, message, hint }
  }
}
