import { type PhoneProblemCode, readPhone } from '@movoice-kit/core/phone'
import { parsePhoneNumber } from 'libphonenumber-js/max'
import { plainDigits, tidy } from './tidy.ts'
import { type Token, tokenize } from './tokens.ts'

export interface ReadCall {
  readonly e164: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined
  /** As people write it: `+91 98765 43210`. */
  readonly international: string
  /** Of a right length, but in no range its country is known to use: worth a second look before it is dialled. */
  readonly doubtful: boolean
  /** As written: an id or a name. */
  readonly agent: string | undefined
  /** The same with the small words around it, which may be a part of its name: *Call center*, *Phone support*. */
  readonly agentInFull: string | undefined
  readonly variables: Readonly<Record<string, string>>
}

export type CallProblem =
  | PhoneProblemCode
  | 'no_number'
  | 'short_number'
  | 'several_numbers'
  | 'ambiguous_number'
  | 'mention'
  | 'unclosed_quote'
  | 'loose_word'
  | 'repeated_key'
  | 'empty_value'
  | 'several_agents'

export type CallText =
  | { readonly kind: 'empty' }
  | ({ readonly kind: 'call' } & ReadCall)
  | {
      readonly kind: 'problem'
      readonly problem: CallProblem
      /** The part of the text that is meant. */
      readonly at: string
      /** A number or a text that could have been meant. */
      readonly suggestion?: string
    }

const PHONE_TOKEN = /^(?:tel:)?[+\d().\-/]*$/i
const FILLER = /^(?:please|pls|to|call|dial|phone|ph|tel|mob|mobile|cell|number|no|at)[:.]*$/i
/** Between an agent and the number behind it. */
const LINK = /^(?:on|to|at|for)[:.]?$/i
/** Arrows, bars and dashes between the parts. */
const MARK = /^[^\p{L}\p{N}=]+$/u
/** A number with an extension behind it, without a space. */
const EXTENDED = /^(\+?[\d().-]{6,})((?:;ext=|[;,]+|ext\.?|[xwp#])\d*#?)$/i
const WITH = /^(?:with|using|via|by|agent|as)[:.]?$/i
const EXTENSION = /^(?:(?:ext\.?|extn\.?|extension|x\.?)\d*|#\d+|;ext=\d+|;\d+|,+\d+)$/i

/** A word without the marks that people and Slack put around numbers: code, bold, commas. */
const bare = (token: Token): string =>
  plainDigits(token.text)
    .replace(/^[`*_~,;]+|[`*_~,;:]+$/g, '')
    .replace(/^\((\+.*)\)$/, '$1')

const isPhonePart = (token: Token): boolean => {
  if (token.key !== undefined) return false
  const text = bare(token).replace(/\s/g, '')
  return text !== '' && PHONE_TOKEN.test(text)
}

const problem = (code: CallProblem, at: string, suggestion?: string): CallText => ({
  kind: 'problem',
  problem: code,
  at,
  ...(suggestion !== undefined && { suggestion }),
})

/**
 * Reads what stands behind `/call`: a number, then an agent, then `key=value` pairs. What could be read in two
 * ways is a problem, never a guess; a number without a country has none unless `defaultCountry` gives it.
 *
 * @example
 * parseCall('+91 98765 43210 clinic name="Asha Rao"')
 * // { kind: 'call', e164: '+919876543210', agent: 'clinic', variables: { name: 'Asha Rao' }, … }
 */
export function parseCall(text: string, defaultCountry?: string): CallText {
  const clean = tidy(text)
  if (clean === '') return { kind: 'empty' }
  const split = tokenize(clean)
  if (!split.ok) return problem(split.problem, split.at)
  const words: Token[] = []
  const variables: Record<string, string> = {}
  let agentByKey: string | undefined
  for (const token of split.tokens) {
    if (token.key === undefined) {
      // A word after the first pair is nearly always the rest of a value with a space in it.
      const previous = Object.keys(variables).at(-1)
      if (previous !== undefined) {
        return problem('loose_word', token.text, `${previous}="${variables[previous]} ${token.text}"`)
      }
      words.push(token)
    } else if (token.text === '') {
      return problem('empty_value', token.key)
    } else if (token.key.toLowerCase() === 'agent') {
      if (agentByKey !== undefined) return problem('repeated_key', token.key)
      agentByKey = token.text
    } else {
      if (Object.hasOwn(variables, token.key)) return problem('repeated_key', token.key)
      Object.defineProperty(variables, token.key, { value: token.text, enumerable: true })
    }
  }
  const parts = splitWords(words)
  if (parts.kind === 'problem') return parts
  const number = readNumber(parts.number, defaultCountry)
  if (number.kind === 'problem') return number
  if (agentByKey !== undefined && parts.agent !== undefined) return problem('several_agents', parts.agent)
  return {
    ...number,
    agent: agentByKey ?? parts.agent,
    agentInFull: agentByKey ?? parts.agentInFull,
    variables,
  }
}

type Parts =
  | { kind: 'parts'; number: Token[]; agent: string | undefined; agentInFull: string | undefined }
  | (CallText & { kind: 'problem' })

function splitWords(words: readonly Token[]): Parts {
  const mention = words.find((word) => /^<[@#!]/.test(word.text))
  if (mention !== undefined) return problem('mention', mention.text) as Parts
  const first = words.findIndex((word) => isPhonePart(word) && /[\d+(]/.test(bare(word)))
  if (first === -1) return noNumber(words) as Parts
  let end = first + 1
  // What is in quotes by itself is no further part of the number.
  while (end < words.length && isPhonePart(words[end] as Token) && words[end]?.quoted !== true) end += 1
  // A dash behind the number parts it from what follows.
  while (end > first + 1 && !/\d/.test(bare(words[end - 1] as Token))) end -= 1
  const number = words.slice(first, end)
  const lead = words.slice(0, first)
  const before = lead
    .filter((word, index) => !FILLER.test(word.text) && !(index === first - 1 && LINK.test(word.text)))
    .filter(isNoMark)
  const after = words.slice(end).filter(isNoMark)
  const pair = loosePair(after)
  if (pair !== undefined) return pair as Parts
  const extension = after.find((word) => EXTENSION.test(word.text))
  if (extension !== undefined)
    return problem('extension', extension.text, number.map(bare).join(' ')) as Parts
  if (after.some(couldBeNumber)) {
    return problem('several_numbers', after.filter(isPhonePart).map(bare).join(' ')) as Parts
  }
  const names = [...before, ...after].filter((word, index) => index > 0 || !WITH.test(word.text))
  if (before.length > 0 && after.length > 0)
    return problem('several_agents', names.map((n) => n.text).join(' ')) as Parts
  // A name of several words needs no quotes: nothing but pairs can follow it.
  const agent = nameOf(names)
  return {
    kind: 'parts',
    number,
    agent,
    agentInFull: agent === undefined ? undefined : nameOf([...lead.filter(isNoMark), ...after]),
  }
}

function nameOf(words: readonly Token[]): string | undefined {
  const name = words.map((word) => word.text.replace(/^`|`$|[:,;]+$/g, '')).join(' ')
  return name === '' ? undefined : name
}

/** Whether a word behind the number is one more; in quotes, an agent may be called `12`. */
const couldBeNumber = (word: Token): boolean =>
  isPhonePart(word) && bare(word).replace(/\D/g, '').length >= (word.quoted ? 7 : 1)

const isNoMark = (word: Token): boolean => word.quoted || !MARK.test(word.text)

/** `name = Asha` and `name: Asha`: meant as a pair, but an agent could be called so. */
function loosePair(words: readonly Token[]): CallText | undefined {
  for (const [index, { text, quoted }] of words.entries()) {
    const next = words[index + 1]?.text
    if (quoted) continue
    if (/^[=＝]/u.test(text)) {
      const key = words[index - 1]?.text ?? 'name'
      const value = text.slice(1) === '' ? (next ?? '…') : text.slice(1)
      return problem('loose_word', text, `${key}=${quotedIf(value)}`)
    }
    if (/^[\p{L}_][\p{L}\p{M}\p{N}_.-]*:$/u.test(text) && next !== undefined && !WITH.test(text))
      return problem('loose_word', text, `${text.slice(0, -1)}=${quotedIf(next)}`)
  }
  return undefined
}

const quotedIf = (value: string): string => (/\s/.test(value) ? `"${value}"` : value)

function noNumber(words: readonly Token[]): CallText {
  for (const word of words) {
    const [, main, extension] = EXTENDED.exec(bare(word)) ?? []
    if (main !== undefined && extension !== undefined) return problem('extension', extension, main)
  }
  const like = words.find((word) => /\p{Nd}{3}/u.test(word.text))
  return like === undefined ? problem('no_number', '') : problem('not_a_number', like.text)
}

type Read = { kind: 'call' } & Pick<ReadCall, 'e164' | 'country' | 'international' | 'doubtful'>

function readNumber(
  tokens: readonly Token[],
  defaultCountry: string | undefined,
): Read | (CallText & { kind: 'problem' }) {
  const texts = tokens.map(bare)
  const written = texts.join(' ').replace(/^\+ /, '+')
  const fail = (code: CallProblem, suggestion?: string) =>
    problem(code, written, suggestion) as CallText & { kind: 'problem' }
  if ((written.match(/\+/g) ?? []).length > 1) {
    return /^\+{2}\d/.test(written) ? fail('not_a_number') : fail('several_numbers')
  }
  if (
    written.lastIndexOf('+') > written.search(/\d/) &&
    written.search(/\d/) !== -1 &&
    written.includes('+')
  ) {
    return fail('several_numbers')
  }
  const digits = written.replace(/\D/g, '')
  // Emergency and service numbers: short in every country, and never dialled by a machine.
  if (digits.length > 0 && digits.length <= 6) return fail('short_number')
  const reading = readPhone(written, { defaultCountry })
  if (!reading.ok) return fail(reading.code, reading.suggestion)
  const { e164, country, international } = reading
  const doubtful = isDoubtful(e164)
  if (couldEndEarlier(texts, doubtful, defaultCountry)) return fail('ambiguous_number', texts[0])
  return { kind: 'call', e164, country, international, doubtful }
}

const isDoubtful = (e164: string): boolean => !parsePhoneNumber(e164).isValid()

/**
 * Whether what follows may be no part of the number: the first word alone, written without any spaces, is a whole one
 * already, or the number is in no known range and its beginning is.
 */
function couldEndEarlier(
  texts: readonly string[],
  doubtful: boolean,
  defaultCountry: string | undefined,
): boolean {
  const [head = ''] = texts
  if (texts.length > 1 && /^\+?\d{10,}$/.test(head) && readPhone(head, { defaultCountry }).ok) return true
  if (!doubtful) return false
  return texts.slice(1).some((_text, index) => {
    const start = readPhone(texts.slice(0, index + 1).join(' '), { defaultCountry })
    return start.ok && !isDoubtful(start.e164)
  })
}
