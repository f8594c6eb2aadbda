import {
  type CountryCode,
  isSupportedCountry,
  ParseError,
  type PhoneNumber,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/min'
import type { FieldProblem } from '../contract/explain.ts'
import { E164 } from '../contract/scalars.ts'

/** How a number is read. */
export interface PhoneOptions {
  /** ISO 3166-1 alpha-2, such as `IN`: where a number without a country code is taken to be. Never guessed. */
  readonly defaultCountry?: string | undefined
}

/** What can be wrong with a number. */
export type PhoneProblemCode =
  | 'empty'
  | 'not_a_number'
  | 'no_country'
  | 'unknown_country'
  | 'too_short'
  | 'too_long'
  | 'impossible'
  | 'extension'

/** A number that was read, or what is wrong with it. */
export type PhoneReading =
  | {
      readonly ok: true
      /** Such as `+919876543210`. */
      readonly e164: string
      /** ISO 3166-1 alpha-2; `undefined` for numbers of no country, such as satellite phones. */
      readonly country: string | undefined
      /** As people write it abroad: `+91 98765 43210`. */
      readonly international: string
    }
  | {
      readonly ok: false
      readonly code: PhoneProblemCode
      readonly message: string
      readonly suggestion?: string
    }

/**
 * Reads a phone number as a person wrote it: spaces, brackets, dashes, `00` or `tel:` in front. Says what is
 * wrong with one that cannot be read. A number without a country code is never given one, unless
 * `defaultCountry` says where it is.
 *
 * @example
 * readPhone('+91 98765-43210')                            // { ok: true, e164: '+919876543210', … }
 * readPhone('98765 43210')                                // { ok: false, code: 'no_country', … }
 * readPhone('98765 43210', { defaultCountry: 'IN' })      // { ok: true, e164: '+919876543210', … }
 */
export function readPhone(text: string, { defaultCountry }: PhoneOptions = {}): PhoneReading {
  const written = text
    .normalize('NFKC')
    .replace(/^\s*tel:/i, '')
    .trim()
  if (written === '') return { ok: false, code: 'empty', message: 'is empty' }
  if (/[\p{L}]/u.test(written.replace(/\b(ext\.?|extension|x)\s*\d+\s*$/i, ''))) {
    return { ok: false, code: 'not_a_number', message: 'holds letters, so it is not a phone number' }
  }
  const country = countryOf(defaultCountry)
  // `00` is how most of the world dials abroad; with `+` in its place the number says its own country.
  const international = /^00[1-9]/.test(written.replace(/\D/g, '')) && !written.startsWith('+')
  const dialled = international ? `+${written.replace(/\D/g, '').slice(2)}` : written
  let number: PhoneNumber
  try {
    number = parsePhoneNumberWithError(dialled, country === undefined ? {} : { defaultCountry: country })
  } catch (error) {
    if (error instanceof ParseError) return parseProblem(error.message, written)
    throw error
  }
  if (number.ext !== undefined) {
    return {
      ok: false,
      code: 'extension',
      message: 'has an extension, which cannot be dialled',
      suggestion: number.number,
    }
  }
  if (!number.isPossible() || !E164.test(number.number)) {
    const where = number.country === undefined ? `country code +${number.countryCallingCode}` : number.country
    return { ok: false, code: 'impossible', message: `has a wrong number of digits for ${where}` }
  }
  return {
    ok: true,
    e164: number.number,
    country: number.country,
    international: number.formatInternational(),
  }
}

function countryOf(code: string | undefined): CountryCode | undefined {
  const upper = code?.trim().toUpperCase()
  return upper !== undefined && isSupportedCountry(upper) ? upper : undefined
}

function parseProblem(reason: string, written: string): PhoneReading {
  switch (reason) {
    case 'INVALID_COUNTRY':
      return written.startsWith('+')
        ? { ok: false, code: 'unknown_country', message: 'begins with a country code that does not exist' }
        : {
            ok: false,
            code: 'no_country',
            message: 'has no country code: write it with + and the country, such as +91 98765 43210',
          }
    case 'TOO_SHORT':
      return { ok: false, code: 'too_short', message: 'is too short to be a phone number' }
    case 'TOO_LONG':
      return { ok: false, code: 'too_long', message: 'is too long to be a phone number' }
    default:
      return { ok: false, code: 'not_a_number', message: 'is not a phone number' }
  }
}

const PHONE_COLUMNS = new Set([
  'phone',
  'phone_number',
  'recipient_phone',
  'number',
  'mobile',
  'tel',
  'telephone',
])

/**
 * Whether a column of a file is, by its name, the one with the numbers to call.
 *
 * @example
 * isPhoneColumn('Phone Number') // true
 */
export function isPhoneColumn(name: string): boolean {
  return PHONE_COLUMNS.has(
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  )
}

/**
 * What is wrong with a number that must be in E.164 form already, with the number it could have meant;
 * `undefined` if nothing is.
 *
 * @example
 * checkPhone('+1 (202) 555-0101') // { message: 'must be written …', suggestion: '+12025550101' }
 */
export function checkPhone(text: string): Omit<FieldProblem, 'path'> | undefined {
  const reading = readPhone(text)
  if (!reading.ok) {
    const { message, suggestion } = reading
    return { message, ...(suggestion !== undefined && { suggestion }) }
  }
  if (reading.e164 === text) return undefined
  return {
    message: 'must be written as + and digits only (E.164), without spaces or signs',
    suggestion: reading.e164,
  }
}
