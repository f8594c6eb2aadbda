import { isPhoneColumn } from '@movoice-kit/core/phone'
import { parse } from 'csv-parse/sync'
import { clip } from '../blocks/kit.ts'
import type { BatchRow, RejectedRow } from '../calls/batch-model.ts'
import { parseCall } from './parse-call.ts'

export const MAX_FILE_BYTES = 5_000_000

export type BatchFile =
  | { readonly kind: 'rows'; readonly rows: readonly BatchRow[]; readonly rejected: readonly RejectedRow[] }
  | { readonly kind: 'not_csv'; readonly reason: string }
  | { readonly kind: 'no_phone'; readonly columns: readonly string[] }
  | { readonly kind: 'too_many' }

/**
 * Reads a batch file: a header with `phone`, every other column a variable. Comma, semicolon or tab; a row whose
 * number cannot be read, or is there already, is rejected with its line.
 */
export function readBatchFile(bytes: Uint8Array, limit: number, defaultCountry?: string): BatchFile {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { kind: 'not_csv', reason: 'UTF-8' }
  }
  const head = text.split(/\r?\n/, 1)[0] ?? ''
  const delimiter = [';', '\t', ','].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ','
  let table: { record: string[]; info: { lines: number } }[]
  try {
    table = parse(text, {
      bom: true,
      delimiter,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      info: true,
    }) as unknown as typeof table
  } catch (error) {
    return { kind: 'not_csv', reason: String((error as { readonly code?: unknown }).code ?? 'CSV') }
  }
  const columns = table[0]?.record ?? []
  const phoneColumn = columns.findIndex(isPhoneColumn)
  if (phoneColumn === -1) return { kind: 'no_phone', columns: columns.slice(0, 20) }
  if (table.length - 1 > limit) return { kind: 'too_many' }
  const rows: BatchRow[] = []
  const rejected: RejectedRow[] = []
  const lines = new Map<string, number>()
  for (const { record, info } of table.slice(1)) {
    const row = info.lines
    const written = unquoted(record[phoneColumn] ?? '')
    const text = clip(written, 200)
    const variables: Record<string, string> = {}
    columns.forEach((name, index) => {
      const value = unquoted(record[index] ?? '')
      // A column with a # is a note: the files of this app that can be sent again have some.
      if (index !== phoneColumn && name !== '' && !name.startsWith('#') && value !== '')
        Object.defineProperty(variables, name, { value, enumerable: true })
    })
    const read = parseCall(written, defaultCountry)
    if (read.kind !== 'call' || read.agent !== undefined) {
      const why = read.kind === 'problem' ? read.problem : read.kind === 'empty' ? 'empty' : 'not_a_number'
      rejected.push({ row, text, variables, why: `read:${why}` })
      continue
    }
    const first = lines.get(read.e164)
    if (first !== undefined) {
      rejected.push({ row, text, variables, why: `duplicate:${first}` })
      continue
    }
    lines.set(read.e164, row)
    rows.push({ row, phone: read.e164, variables })
  }
  return { kind: 'rows', rows, rejected }
}

/** Without the apostrophe that {@link csvText} puts before what would be a formula. */
const unquoted = (text: string): string => text.replace(/^'(?=[=+\-@＝＋－＠])/, '')

/** What spreadsheets take for the beginning of a formula, full-width signs and leading blanks included. */
const FORMULA = /^(?:[\t\r\n]|[\s\u00a0]*[=+\-@＝＋－＠])/

/** A value for a CSV file that a spreadsheet opens: it cannot become a formula there. */
const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value)
  const safe = FORMULA.test(text) && !/^\+\d+$/.test(text) ? `'${text}` : text
  return /[",\r\n;]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

export const csvText = (rows: readonly (readonly unknown[])[]): string =>
  `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
