const PHONE = /\+\d[\d ().-]{5,22}\d/g
const MIN_SECRET = 6

/**
 * A phone number with its middle hidden, for logs and texts that others can read.
 *
 * @example
 * maskPhone('+919876543210') // '+91••••••••10'
 */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '')
  if (digits.length < 6) return '•'.repeat(digits.length)
  return `${phone.startsWith('+') ? '+' : ''}${digits.slice(0, 2)}${'•'.repeat(digits.length - 4)}${digits.slice(-2)}`
}

/**
 * A text that came from outside, without the given secrets and with phone numbers masked.
 *
 * @example
 * redact('call +919876543210 with sk_live_1', ['sk_live_1']) // neither the number nor the key is left
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length < MIN_SECRET) continue
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      clean = clean.replaceAll(form, '[redacted]')
    }
  }
  return clean.replace(PHONE, (found) => maskPhone(found))
}
