import { readPhone } from '@movoice-kit/core'
import { ConfigurationError } from '@movoice-kit/core/command'
import type { Plan } from '@movoice-kit/core/contract'
import type { Row } from './journal.ts'
import type { BadRow, Person } from './people-file.ts'
import { spoken } from './progress.ts'

/** What is said of a file with rows that cannot be called. */
export function badRows(file: string, people: readonly Person[], bad: readonly BadRow[]): ConfigurationError {
  const rows = bad.length === 1 ? '1 bad row' : `${bad.length} bad rows`
  const hint =
    people.length === 0
      ? 'There is nobody to call.'
      : `Correct ${bad.length === 1 ? 'it' : 'them'}, or call the ${people.length === 1 ? 'good one' : `${people.length} good ones`} with --skip-invalid. Nothing was placed.`
  return new ConfigurationError(file, `has ${rows}`, hint)
}

/** Whom a run would call: numbers of a country that nobody meant are seen here. */
export function spreadOf(rows: readonly Pick<Row, 'phone'>[]): string {
  const countries = new Map<string, number>()
  for (const { phone } of rows) {
    const reading = readPhone(phone)
    const country = (reading.ok ? reading.country : undefined) ?? 'no country'
    countries.set(country, (countries.get(country) ?? 0) + 1)
  }
  const sorted = [...countries].sort((a, b) => b[1] - a[1])
  const shown = sorted.slice(0, 5).map(([country, count]) => `${country} ${count}`)
  const more = sorted.length > 5 ? `, and ${sorted.length - 5} more countries` : ''
  return `${peopleOf(rows.length)} to call (${shown.join(', ')}${more})`
}

/** How fast a run would be, and how long it takes at least. */
export function paceOf(count: number, { name, callsPerMinute, concurrentCalls }: Plan): string {
  if (callsPerMinute === null) return `as fast as they are taken (plan ${name})`
  const minutes = count / callsPerMinute
  const least = minutes < 1.5 ? '' : `: ${spoken(minutes * 60_000)} at least`
  return `at most ${callsPerMinute} a minute and ${concurrentCalls ?? 'any number'} at once (plan ${name})${least}`
}

export const peopleOf = (count: number): string => (count === 1 ? '1 person' : `${count} people`)
export const callsOf = (count: number): string => (count === 1 ? '1 call' : `${count} calls`)
