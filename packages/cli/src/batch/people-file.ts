import { ConfigurationError } from '@movoice-kit/core/command'
import { isPhoneColumn, readPhone } from '@movoice-kit/core/phone'
import { CsvError, parse } from 'csv-parse/sync'

/** A row that can be called. */
export interface Person {
  /** Where its row begins in the file, from 1. */
  readonly line: number
  readonly phone: string
  /** ISO 3166-1 alpha-2, where the number is of a country. */
  readonly country: string | undefined
  readonly variables: Readonly<Record<string, string>>
}

/** A row that cannot be called, and why. */
export interface BadRow {
  readonly line: number
  readonly reason: string
}

export interface PeopleFile {
  /** The columns other than the number's: each is a variable. */
  readonly columns: readonly string[]
  readonly people: readonly Person[]
  readonly bad: readonly BadRow[]
}

export interface PeopleFileOptions {
  /** Where a number without a country code is. */
  readonly country?: string | undefined
  /** Columns that no row may leave empty. */
  readonly required?: readonly string[]
}

interface Line {
  readonly record: string[]
  readonly raw: string
  readonly info: { readonly lines: number }
}

/**
 * Reads a file of people to call: a head with `phone`, every other column a variable. All of it is read before
 * anything is said, so that every bad row is named at once.
 *
 * @throws {@link ConfigurationError} if the file as a whole is of no use
 * @example
 * readPeople(new TextEncoder().encode('phone,name\n+12025550101,Asha\n')).people[0]?.variables // { name: 'Asha' }
 */
export function readPeople(
  bytes: Uint8Array,
  { country, required = [] }: PeopleFileOptions = {},
): PeopleFile {
  const [head, ...lines] = linesOf(textOf(bytes))
  if (head === undefined) throw new ConfigurationError('<file>', 'is empty')
  const names = head.record
  const phoneAt = names.findIndex(isPhoneColumn)
  checkHead(names, phoneAt, required, lines)
  if (lines.length === 0) throw new ConfigurationError('<file>', 'has a head, and no row under it')
  const people: Person[] = []
  const bad: BadRow[] = []
  const first = new Map<string, number>()
  for (const line of lines) {
    const at = startOf(line)
    const read = readRow(line.record, names, phoneAt, { country, required })
    if ('reason' in read) {
      bad.push({ line: at, reason: read.reason })
      continue
    }
    const before = first.get(read.phone)
    if (before !== undefined) {
      bad.push({ line: at, reason: `is the number of line ${before} again` })
      continue
    }
    first.set(read.phone, at)
    people.push({ line: at, ...read })
  }
  return { columns: names.filter((name, index) => index !== phoneAt && name !== ''), people, bad }
}

/** What Excel saves as "Unicode text", by its byte order mark. */
const UTF16: Readonly<Record<string, string>> = { fffe: 'utf-16le', feff: 'utf-16be' }

function textOf(bytes: Uint8Array): string {
  const mark = Buffer.from(bytes.subarray(0, 2)).toString('hex')
  const wide = UTF16[mark]
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes)
  // "PK" begins every zip, and with it every workbook.
  if (mark === '504b' || mark === 'd0cf') {
    throw new ConfigurationError('<file>', 'is a workbook', 'Save it as "CSV UTF-8".')
  }
  if (bytes.includes(0)) throw new ConfigurationError('<file>', 'is no text', 'Save it as "CSV UTF-8".')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConfigurationError('<file>', 'is not UTF-8', 'Save it as "CSV UTF-8".')
  }
}

/** A first line that tells Excel what parts the cells. */
const SEPARATOR = /^\uFEFF?"?sep=([,;\t|])"?[;,]*\r?\n/i

function linesOf(text: string): Line[] {
  const told = SEPARATOR.exec(text)?.[1]
  const head = text.split(/\r?\n/, 1)[0] ?? ''
  // Where a comma is the decimal sign, spreadsheets part cells by semicolons.
  const guessed = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]
  try {
    return parse(text, {
      bom: true,
      delimiter: told ?? guessed ?? ',',
      from_line: told === undefined ? 1 : 2,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
      raw: true,
    }) as unknown as Line[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines } = error as { readonly lines?: unknown }
    const where = typeof lines === 'number' ? ` near line ${lines}` : ''
    throw new ConfigurationError(
      '<file>',
      `is no CSV: ${error.code.toLowerCase().replace(/^csv_/, '').replaceAll('_', ' ')}${where}`,
      'A cell that holds a quote is written in quotes, with its own quote twice.',
    )
  }
}

/** The line on which a row begins: a quoted cell may go over several. */
function startOf({ raw, info }: Line): number {
  const inside = raw.replace(/(\r\n|\r|\n)+$/, '').replace(/^(\r\n|\r|\n)+/, '')
  return info.lines - (inside.match(/\r\n|\r|\n/g)?.length ?? 0)
}

function checkHead(
  names: readonly string[],
  phoneAt: number,
  required: readonly string[],
  lines: readonly Line[],
): void {
  if (phoneAt === -1) {
    throw new ConfigurationError(
      '<file>',
      'has no column "phone" in its first line',
      `It has: ${names.slice(0, 12).join(', ')}.`,
    )
  }
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigurationError('<file>', `has the column "${twice}" twice`)
  const nameless = names.findIndex(
    (name, index) => name === '' && lines.some(({ record }) => (record[index] ?? '') !== ''),
  )
  if (nameless !== -1) {
    throw new ConfigurationError('<file>', `has values in column ${nameless + 1}, which has no name`)
  }
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new ConfigurationError('<file>', `has no column ${missing.map((name) => `"${name}"`).join(', ')}`)
  }
}

function readRow(
  cells: readonly string[],
  names: readonly string[],
  phoneAt: number,
  { country, required }: { readonly country: string | undefined; readonly required: readonly string[] },
): Omit<Person, 'line'> | { readonly reason: string } {
  if (cells.length !== names.length) {
    return {
      reason: `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where the head has ${names.length}: is a comma not in quotes?`,
    }
  }
  const written = cells[phoneAt] ?? ''
  if (/^\d(\.\d+)?e\+\d+$/i.test(written)) {
    return { reason: 'the number was rounded by a spreadsheet: format that column as text' }
  }
  const reading = readPhone(written, { defaultCountry: country })
  if (!reading.ok) {
    const { message, suggestion } = reading
    return {
      reason: `the number ${message}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`,
    }
  }
  const empty = required.find((name) => (cells[names.indexOf(name)] ?? '') === '')
  if (empty !== undefined) return { reason: `"${empty}" is empty` }
  const variables = Object.fromEntries(
    names.flatMap((name, index) => {
      const value = cells[index] ?? ''
      return index === phoneAt || name === '' || value === '' ? [] : [[name, value]]
    }),
  )
  return { phone: reading.e164, country: reading.country, variables }
}
