import { ValidationError } from '@movoice-kit/core/engine'

const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/

/**
 * A moment as Unix seconds, from what n8n's date field gives: a local time, read in `timeZone`; a time that
 * brings its own zone; Unix seconds; a luxon `DateTime` or a `Date`. `undefined` if it is empty.
 *
 * @throws {@link ValidationError} if it is none of these
 */
export function unixSeconds(field: string, written: unknown, timeZone: string): number | undefined {
  if (written === undefined || written === null || written === '') return undefined
  if (typeof written === 'number' || (typeof written === 'string' && /^\d{9,11}$/.test(written.trim()))) {
    return Number(written)
  }
  if (typeof written === 'object') {
    // A DateTime of luxon and a Date both tell milliseconds this way.
    return seconds(field, Number((written as { valueOf(): unknown }).valueOf()), String(written))
  }
  const text = String(written).trim()
  const local = LOCAL.exec(text)
  if (local === null) return seconds(field, Date.parse(text), text)
  const [year, month, day, hour, minute, second] = local.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  const first = wall - offsetMs(field, wall, timeZone)
  // Near a change of the clocks, the offset at the guessed moment is the one that holds.
  return seconds(field, wall - offsetMs(field, first, timeZone), text)
}

function seconds(field: string, ms: number, text: string): number {
  if (Number.isNaN(ms)) {
    throw new ValidationError('The time', [
      { path: field, message: `"${text}" is not a time: write it as 2026-12-31 10:00 or with a zone` },
    ])
  }
  return Math.floor(ms / 1000)
}

function offsetMs(field: string, at: number, timeZone: string): number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new ValidationError('The time', [
      {
        path: field,
        message: `cannot be read in the time zone "${timeZone}": use a name such as Asia/Kolkata`,
      },
    ])
  }
  const parts = Object.fromEntries(
    format.formatToParts(new Date(at)).map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
  const { year, month, day, hour, minute, second } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}
