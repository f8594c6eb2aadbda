/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110 § 10.2.3).
 * A date in the past is 0; a date is read against the answer's own `Date` header where there is one, so that a
 * wrong clock here does not matter. `undefined` if there is none or it makes no sense.
 *
 * @example
 * retryAfterMs({ 'retry-after': '30' }, Date.now()) // 30000
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const written = headers['retry-after']?.trim()
  if (written === undefined || written === '') return undefined
  if (/^\d+(\.\d+)?$/.test(written)) return Math.ceil(Number(written) * 1000)
  const at = Date.parse(written)
  if (Number.isNaN(at) || !/[a-z]/i.test(written)) return undefined
  const there = Date.parse(headers.date ?? '')
  return Math.max(0, at - (Number.isNaN(there) ? now : there))
}
