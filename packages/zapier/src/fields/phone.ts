import { readPhone } from '@movoice-kit/core/phone'
import type { PlainInputField, ZObject } from 'zapier-platform-core'
import { textOf } from './input.ts'

export const countryField: PlainInputField = {
  key: 'default_country',
  label: 'Country of Numbers Without a Code',
  type: 'string',
  required: false,
  placeholder: 'e.g. IN',
  helpText:
    'Two letters (ISO 3166-1), such as `IN` or `US`. Left empty, a number without a country code is refused: it is never guessed.',
}

/** A phone number as people write it, in E.164 form, or a problem in words. */
export function phoneOr(
  value: unknown,
  defaultCountry: unknown,
): { readonly e164: string } | { readonly problem: string } {
  const reading = readPhone(String(value ?? ''), { defaultCountry: textOf(defaultCountry) })
  return reading.ok ? { e164: reading.e164 } : { problem: reading.message }
}

/** As {@link phoneOr}; a problem halts the run with the field's label in front. */
export function phoneOf(z: ZObject, label: string, value: unknown, defaultCountry: unknown): string {
  const read = phoneOr(value, defaultCountry)
  if ('problem' in read) throw new z.errors.HaltedError(`${label} ${read.problem}.`)
  return read.e164
}
