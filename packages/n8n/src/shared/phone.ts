import { ValidationError } from '@movoice-kit/core/engine'
import { readPhone } from '@movoice-kit/core/phone'

/**
 * A number as E.164 from what a person wrote in a sheet or a form.
 *
 * @param field its name in the API, such as `recipient_phone`
 * @throws {@link ValidationError} saying what is wrong with it
 */
export function phoneNumber(field: string, written: unknown, defaultCountry: string): string {
  const text =
    typeof written === 'number' ? writtenAsNumber(written) : typeof written === 'string' ? written : ''
  const reading = readPhone(text, defaultCountry === '' ? {} : { defaultCountry })
  if (reading.ok) return reading.e164
  // The number itself stays out of the message, which ends up in logs: n8n shows the item it came with.
  const { message, suggestion } = reading
  throw new ValidationError(
    'The phone number',
    [{ path: field, message, ...(suggestion !== undefined && { suggestion }) }],
    {
      hint:
        reading.code === 'no_country'
          ? 'Write it with its country code, or set Default Country.'
          : 'Correct the number.',
    },
  )
}

/** A sheet turns +919876543210 into a number and drops the plus: enough digits for one with its country code. */
function writtenAsNumber(value: number): string {
  return Number.isSafeInteger(value) && value > 0 ? String(value) : ''
}
