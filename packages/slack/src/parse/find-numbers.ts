import { type CountryCode, findPhoneNumbersInText, isSupportedCountry } from 'libphonenumber-js/max'
import { plainDigits, tidy } from './tidy.ts'

/**
 * The phone numbers in a message, in E.164, each once: those with a country, and others only if the workspace said
 * where it is.
 *
 * @example
 * findNumbers('Ring Asha on <tel:+919876543210|98765 43210>, or +1 202 555 0101') // ['+919876543210', '+12025550101']
 */
export function findNumbers(text: string, defaultCountry?: string): string[] {
  const country =
    defaultCountry !== undefined && isSupportedCountry(defaultCountry)
      ? (defaultCountry as CountryCode)
      : undefined
  const found = findPhoneNumbersInText(
    plainDigits(tidy(text)),
    country === undefined ? undefined : { defaultCountry: country },
  )
  return [
    ...new Set(found.filter(({ number }) => number.ext === undefined).map(({ number }) => number.number)),
  ].slice(0, 10)
}
