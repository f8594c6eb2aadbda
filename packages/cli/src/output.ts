import { type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import { type Format, formats } from './commands/options.ts'
import { printable, type Row, table, widest, wrap } from './table.ts'

/** A column: its head, and what it shows of a record. `full` is what csv shows where a table hides or shortens. */
export interface Column<T> {
  readonly head: string
  readonly of: (record: T) => string | number | null | undefined
  readonly full?: (record: T) => string | number | null | undefined
  /** Left out of a table that is wider than the screen: 1 goes first. */
  readonly goes?: number
}

/** Prints records as a table for people, or as JSON or CSV for programs. */
export async function printRecords<T>(
  io: CommandIo,
  format: Format,
  records: readonly T[],
  columns: readonly Column<T>[],
  none: string,
): Promise<void> {
  switch (format) {
    case 'json':
      io.stdout.write(`${JSON.stringify(records, null, 2)}\n`)
      return
    case 'csv':
      io.stdout.write(await csvOf(records, columns))
      return
    case 'table': {
      if (records.length === 0) {
        io.stdout.write(`${none}\n`)
        return
      }
      io.stdout.write(`${fitting(records, columns, widthOf(io))}\n`)
      return
    }
    default:
      throw new ConfigurationError('--output', `must be one of ${formats.join(', ')}`)
  }
}

/** A table as wide as the screen, if need be without the columns that can be missed. */
function fitting<T>(records: readonly T[], columns: readonly Column<T>[], width: number): string {
  const rows: Row[] = records.map((record) => columns.map(({ of }) => textOf(of(record))))
  const text = table(
    columns.map(({ head }) => head),
    rows,
    width,
  )
  if (widest(text) <= width) return text
  const [first] = columns
    .filter(({ goes }) => goes !== undefined)
    .sort((a, b) => (a.goes ?? 0) - (b.goes ?? 0))
  return first === undefined
    ? text
    : fitting(
        records,
        columns.filter((column) => column !== first),
        width,
      )
}

/** Records as CSV that a spreadsheet can open: what it would take for a formula stays text. */
export async function csvOf<T>(
  records: readonly T[],
  columns: readonly Column<T>[],
  head = true,
): Promise<string> {
  const { stringify } = await import('csv-stringify/sync')
  const rows = records.map((record) =>
    columns.map(({ of, full }) => {
      const value = (full ?? of)(record) ?? ''
      return typeof value === 'number' ? value : harmless(value)
    }),
  )
  const heads = columns.map((column) => harmless(column.head.toLowerCase()))
  return stringify(head ? [heads, ...rows] : rows)
}

/** A phone number is no formula, and stays as it is, so that it can be called again. */
function harmless(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) && !/^\+\d+$/.test(text) ? `'${text}` : text
}

/** Prints one record: for people field by field, for programs as JSON or CSV. */
export async function printRecord<T>(
  io: CommandIo,
  format: Format,
  record: T,
  columns: readonly Column<T>[],
): Promise<void> {
  if (format === 'json') {
    io.stdout.write(`${JSON.stringify(record, null, 2)}\n`)
    return
  }
  if (format === 'csv') {
    await printRecords(io, format, [record], columns, '')
    return
  }
  const shown = columns.flatMap(({ head, of }) => {
    const text = textOf(of(record))
    return text === '' ? [] : [{ head: `${head.charAt(0)}${head.slice(1).toLowerCase()}`, text }]
  })
  const width = Math.max(...shown.map(({ head }) => head.length))
  const room = Math.max(20, widthOf(io) - width - 3)
  for (const { head, text } of shown) {
    const lines = text.split('\n').flatMap((line) => (widest(line) > room ? wrap(line, room) : [line]))
    io.stdout.write(`${head.padEnd(width)}  ${lines.join(`\n${' '.repeat(width + 2)}`)}\n`)
  }
}

function textOf(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : printable(String(value))
}

/** A pipe has no width: what goes there is whole. */
function widthOf({ isTerminal, stdout }: CommandIo): number {
  const { columns } = stdout as { readonly columns?: unknown }
  return isTerminal === true && typeof columns === 'number' ? columns : Number.POSITIVE_INFINITY
}
