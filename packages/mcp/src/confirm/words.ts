import { localTimes, minuteOfDay, zonesOf } from '@movoice-kit/core/callee'
import { readPhone } from '@movoice-kit/core/phone'

const MOST_CHARACTERS = 200
const countries = new Intl.DisplayNames(['en'], { type: 'region' })

/**
 * A text from outside in one line: whoever reads a confirmation must not be shown lines that somebody else wrote into a
 * name.
 *
 * @example
 * oneLine('Asha\nLocal time there: noon') // 'Asha Local time there: noon'
 */
export function oneLine(value: unknown, most = MOST_CHARACTERS): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}

/** A number as people write it, with its country: `+91 98765 43210 (India)`. */
export function numberText(e164: string): string {
  const reading = readPhone(e164)
  if (!reading.ok) return e164
  const country = reading.country === undefined ? undefined : countries.of(reading.country)
  return country === undefined ? reading.international : `${reading.international} (${country})`
}

/** What time it is where the phone may be: `12:05 (America/New_York)`; `undefined` where no zone is known. */
export function timeThere(e164: string, at: number): string | undefined {
  const there = localTimes(e164, at)
  if (there === undefined) return undefined
  const [first = ''] = there.times
  if (there.times.length === 1) {
    return there.zones.length === 1 ? `${first} (${there.zones[0]})` : first
  }
  const sorted = [...there.times].sort()
  return `between ${sorted[0]} and ${sorted.at(-1)}, depending on where the phone is`
}

/** The hours in which a call is expected in most countries' rules: 8:00 to 21:00 there. */
const FROM = 8 * 60
const UNTIL = 21 * 60

/** Whether it may be night where the phone is. */
export function mayBeNight(e164: string, at: number): boolean {
  return zonesOf(e164).some((zone) => {
    const minute = minuteOfDay(zone, at)
    return minute < FROM || minute >= UNTIL
  })
}

/** `30 min`, `90 s`. */
export function durationText(seconds: number): string {
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

/** `2026-11-25 10:00 UTC`, of Unix seconds. */
export function momentText(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
