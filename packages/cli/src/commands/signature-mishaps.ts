/** Something that may have happened on the way, and what was there before it did. */
export interface Mishap<T> {
  readonly what: string
  readonly before: T
}

const REWRITTEN =
  'the body was parsed and written again, with other spaces or escapes: verify the bytes as they came'

/** What may have happened to a body: to its encoding, at its ends, or by a parser. */
export function bodyMishaps(body: Uint8Array): readonly Mishap<Uint8Array>[] {
  const text = textOf(body)
  const ofText = (what: string, change: (text: string) => string | undefined) => {
    const before = text === undefined ? undefined : change(text)
    return before === undefined || before === text ? [] : [{ what, before: Buffer.from(before, 'utf8') }]
  }
  return [
    ...ofText('the body had a line break at its end that was not signed', (it) => it.replace(/\r?\n$/, '')),
    ...ofText('the body lost a line break at its end', (it) => `${it}\n`),
    ...ofText('line breaks in the body were changed to CRLF', (it) => it.replace(/\r\n/g, '\n')),
    ...ofText('line breaks in the body were changed from CRLF', (it) => it.replace(/\r?\n/g, '\r\n')),
    ...ofText('a byte order mark stands before the body', (it) => it.replace(/^\uFEFF/, '')),
    ...[utf16(body)].flatMap((before) =>
      before === undefined
        ? []
        : [{ what: 'the body was changed from UTF-8 to UTF-16: keep the bytes as they came', before }],
    ),
    ...(text === undefined
      ? [
          {
            what: 'the body was changed from UTF-8 to Latin-1: keep the bytes as they came',
            before: Buffer.from(Buffer.from(body).toString('latin1'), 'utf8'),
          },
        ]
      : []),
    ...(text !== undefined && /^[\0-\xff]*$/.test(text)
      ? [
          {
            what: 'the body is UTF-8 that was taken for Latin-1 and encoded once more: keep the bytes as they came',
            before: Buffer.from(text, 'latin1'),
          },
        ]
      : []),
    ...(text !== undefined && /^[\w+/-]{8,}={0,2}\s*$/.test(text)
      ? [
          {
            what: 'the body is base64, as AWS hands on what it takes for binary: decode it first',
            before: Buffer.from(text, 'base64'),
          },
        ]
      : []),
    ...[
      (it: unknown) => JSON.stringify(it),
      (it: unknown) => JSON.stringify(it, null, 2),
      (it: unknown) => escaped(JSON.stringify(it)),
      (it: unknown) => escaped(JSON.stringify(it)).replaceAll('/', '\\/'),
      (it: unknown) => spaced(it),
      (it: unknown) => escaped(spaced(it)),
    ].flatMap((write) => ofText(REWRITTEN, (it) => rewritten(it, write))),
  ]
}

/** What may have happened to a secret on its way from a dashboard into a setting. */
export function secretMishaps(secret: string): readonly Mishap<string>[] {
  const trimmed = secret.trim()
  const candidates: readonly (readonly [string, string | undefined])[] = [
    ['the secret has white space around it', trimmed],
    ['the secret stands in quotes', trimmed.replace(/^(["'])(.*)\1$/, '$2')],
    ['the name of a setting stands before the secret', trimmed.replace(/^[A-Z][A-Z0-9_]*=/, '')],
    ['the secret lost its "whsec_"', `whsec_${trimmed}`],
    ['the secret has a "whsec_" too many', trimmed.replace(/^whsec_/, '')],
    ['the secret was encoded as base64', decoded(trimmed, 'base64')],
    ['the secret was encoded as hex digits', decoded(trimmed, 'hex')],
    ['the secret was encoded as a part of a URL', unquoted(trimmed)],
  ]
  return candidates.flatMap(([what, before]) =>
    before === undefined || before === '' || before === secret ? [] : [{ what, before }],
  )
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined // Not UTF-8.
  }
}

function utf16(bytes: Uint8Array): Uint8Array | undefined {
  const [first, second] = bytes
  if (!(first === 0xff && second === 0xfe) && !(first === 0xfe && second === 0xff)) return undefined
  return Buffer.from(new TextDecoder(first === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes), 'utf8')
}

function rewritten(text: string, write: (value: unknown) => string): string | undefined {
  try {
    return write(JSON.parse(text))
  } catch {
    return undefined // Not JSON: nobody can have parsed it.
  }
}

/** With every character beyond ASCII as \uXXXX, as Python and PHP write JSON. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** With a space behind every comma and colon, as Python writes JSON. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, field]) => `${JSON.stringify(key)}: ${spaced(field)}`)
    .join(', ')}}`
}

/** The text that was encoded, if it was one. */
function decoded(secret: string, encoding: 'base64' | 'hex'): string | undefined {
  const looks = encoding === 'hex' ? /^([0-9a-f]{2}){4,}$/i : /^[\w+/-]{8,}={0,2}$/
  const text = looks.test(secret) ? Buffer.from(secret, encoding).toString('utf8') : ''
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined
}

function unquoted(secret: string): string | undefined {
  try {
    return decodeURIComponent(secret)
  } catch {
    return undefined // A percent sign that encodes nothing.
  }
}
