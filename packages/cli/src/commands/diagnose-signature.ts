import { verifyDelivery, verifyWebhook } from '@movoice-kit/core/events'

/** Checks a body and a secret; throws if they do not fit. */
type Check = (body: string, secret: string) => unknown

export interface Signed {
  readonly body: string
  readonly secret: string
  /** The headers that came with it, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly now: number
}

export interface Diagnosis {
  readonly fits: boolean
  readonly line: string
}

/** What may have happened to a body on its way, and how to undo it. */
const BODIES: readonly (readonly [string, (body: string) => string | undefined])[] = [
  ['the body had a line break at its end that was not signed', (body) => body.replace(/\r?\n$/, '')],
  ['the body lost a line break at its end', (body) => `${body}\n`],
  ['line breaks in the body were changed to CRLF', (body) => body.replace(/\r\n/g, '\n')],
  ['a byte order mark stands before the body', (body) => body.replace(/^\uFEFF/, '')],
  ['the body was parsed and written again with spaces: verify the raw bytes', (body) => rewritten(body)],
  [
    'the body was parsed and written again without spaces: verify the raw bytes',
    (body) => rewritten(body, 2),
  ],
]

const SECRETS: readonly (readonly [string, (secret: string) => string])[] = [
  ['the secret has white space around it', (secret) => secret.trim()],
  ['the secret stands in quotes', (secret) => secret.trim().replace(/^(["'])(.*)\1$/, '$2')],
  ['the secret lost its "whsec_"', (secret) => `whsec_${secret}`],
  ['the secret has a "whsec_" too many', (secret) => secret.replace(/^whsec_/, '')],
]

/**
 * Why a signature does not fit: tries what commonly goes wrong on the way, and says which of it explains it.
 *
 * @example
 * diagnoseSignature({ body: '{}\n', secret: 's', headers: { 'x-movoice-signature': '…' }, now: Date.now() }).line
 */
export function diagnoseSignature({ body, secret, headers, now }: Signed): Diagnosis {
  const isDelivery = headers['webhook-signature'] !== undefined
  const check: Check = isDelivery
    ? (text, key) => verifyDelivery(text, headers, key, { now })
    : (text, key) => verifyWebhook(text, headers, key)
  const wrong = failure(check, body, secret)
  if (wrong === undefined) return { fits: true, line: 'The signature fits the body and the secret.' }
  if (wrong.code !== 'signature_mismatch') {
    return { fits: false, line: [wrong.message, wrong.hint].filter((part) => part !== '').join(' ') }
  }
  for (const [what, undo] of BODIES) {
    const other = undo(body)
    if (other !== undefined && other !== body && failure(check, other, secret) === undefined) {
      return { fits: false, line: `The secret is right, but ${what}.` }
    }
  }
  for (const [what, undo] of SECRETS) {
    const other = undo(secret)
    if (other !== secret && failure(check, body, other) === undefined) {
      return { fits: false, line: `The body is right, but ${what}.` }
    }
  }
  return {
    fits: false,
    line: 'Neither the body nor the secret explains it: this is another secret, or another body than was signed.',
  }
}

function failure(check: Check, body: string, secret: string) {
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

function rewritten(body: string, spaces?: number): string | undefined {
  try {
    return JSON.stringify(JSON.parse(body), null, spaces)
  } catch {
    return undefined // Not JSON: nobody can have parsed it.
  }
}
