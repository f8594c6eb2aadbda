import type { Absence } from './absences.ts'
import type { Row } from './contract.ts'
import { absenceOf, type Column, type Matrix } from './matrix.ts'

const KINDS = {
  operation: 'operations',
  event: 'events',
  'event field': 'fields of an event',
  error: 'errors',
} as const

/** Reasons in the order in which they are first met, numbered from 1. */
class Notes {
  readonly all: Absence[] = []

  number(absence: Absence | undefined): number | undefined {
    if (absence === undefined) return undefined
    if (!this.all.includes(absence)) this.all.push(absence)
    return this.all.indexOf(absence) + 1
  }
}

const mark = (numbers: readonly (number | undefined)[]): string => {
  const known = [...new Set(numbers)].filter((number) => number !== undefined).sort((a, b) => a - b)
  return known.length === 0 ? '' : ` <sup>${known.join(' ')}</sup>`
}

interface Line {
  readonly kind: Row['kind']
  readonly says: string
  readonly cells: readonly string[]
}

/** ✓ if a door shows all of these rows, – if it does not show the first; the reasons for what it lacks behind it. */
function cell({ door, shown }: Column, rows: readonly Row[], notes: Notes): string {
  const lacks = rows.filter(({ id }) => !shown.has(id))
  const [first] = rows
  const none = first !== undefined && !shown.has(first.id)
  const told = none ? [first] : lacks
  return `${none ? '–' : '✓'}${mark(told.map((row) => notes.number(absenceOf(door, row))))}`
}

/** The matrix in short, for the README: an operation with its fields a line, lines that are alike in one. */
export function shortTable(matrix: Matrix): string {
  const { rows, columns } = matrix
  const notes = new Notes()
  const lines: Line[] = []
  const add = (kind: Row['kind'], says: string, about: readonly Row[]) => {
    const cells = columns.map((column) => cell(column, about, notes))
    const last = lines.at(-1)
    if (last?.kind === kind && kind !== 'operation' && last.cells.join('|') === cells.join('|')) {
      lines[lines.length - 1] = { ...last, says: `${last.says}, ${says}` }
    } else lines.push({ kind, says, cells })
  }
  for (const row of rows) {
    if (row.kind === 'operation') {
      add(row.kind, `${row.says} \`${row.name}\``, [
        row,
        ...rows.filter(({ operation }) => operation === row.name),
      ])
    } else if (row.kind === 'event' || row.kind === 'error') {
      add(row.kind, row.kind === 'event' && row.says === row.name ? `\`${row.says}\`` : row.says, [row])
    }
  }
  const fields = rows.filter(({ kind }) => kind === 'event field')
  const cells = columns.map((column) => {
    const lacks = fields.filter(({ id }) => !column.shown.has(id))
    const sign = lacks.length === fields.length ? '–' : '✓'
    return `${sign}${mark(lacks.map((row) => notes.number(absenceOf(column.door, row))))}`
  })
  const at = lines.findIndex(({ kind }) => kind === 'error')
  lines.splice(at, 0, { kind: 'event field', says: `its ${fields.length} fields`, cells })
  let kind: Row['kind'] | undefined
  const body = lines.flatMap((line) => {
    const head = line.kind === kind || line.kind === 'event field' ? [] : [headRow(line.kind, columns)]
    kind = line.kind === 'event field' ? kind : line.kind
    return [...head, `| ${line.says} | ${line.cells.join(' | ')} |`]
  })
  return [...tableHead('', columns), ...body, '', ...notesOf(notes)].join('\n')
}

const headRow = (kind: Row['kind'], columns: readonly Column[]): string =>
  `| **${KINDS[kind as keyof typeof KINDS]}** | ${columns.map(() => '').join(' | ')} |`

const tableHead = (first: string, columns: readonly Column[]): string[] => [
  `| ${first} | ${columns.map(({ title }) => title).join(' | ')} |`,
  `|---|${columns.map(() => ':-:|').join('')}`,
]

const notesOf = ({ all }: Notes): string[] => all.map(({ because }, index) => `${index + 1}. ${because}`)

/** The whole matrix, field by field. */
export function wholePage({ rows, columns }: Matrix): string {
  const notes = new Notes()
  const line = (says: string, row: Row) =>
    `| ${says} | ${columns.map((column) => cell(column, [row], notes)).join(' | ')} |`
  const section = (title: string, head: string, about: readonly Row[], say: (row: Row) => string) => [
    `## ${title}`,
    '',
    ...tableHead(head, columns),
    ...about.map((row) => line(say(row), row)),
    '',
  ]
  const operations = rows
    .filter(({ kind }) => kind === 'operation')
    .flatMap((row) => {
      const fields = rows.filter(({ operation }) => operation === row.name)
      return section(`\`${row.name}\`: ${row.says.toLowerCase()}`, 'field', [row, ...fields], (one) => {
        if (one.kind === 'operation') return '**offered at all**'
        return `${one.kind === 'input' ? 'takes' : 'gives'} \`${one.name}\``
      })
    })
  const of = (kind: Row['kind']) => rows.filter((row) => row.kind === kind)
  return [
    '# What is at which door',
    '',
    'Every operation, field, event and error of the contract against every way into the kit. This page is written by',
    '`npx pnpm@12 readme` from what the doors show when a test looks at them; the same test fails where something is',
    'missing without a reason.',
    '',
    ...operations,
    ...section('Events', 'event', of('event'), (row) =>
      row.says === row.name ? `\`${row.says}\`` : row.says,
    ),
    ...section('Fields of an event', 'field', of('event field'), (row) => `\`${row.name}\``),
    ...section('Errors', 'error', of('error'), (row) => `\`${row.name}\`: ${row.says}`),
    '## Why something is not there',
    '',
    ...notesOf(notes),
    '',
  ].join('\n')
}

/** A text with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
export function withSection(text: string, name: string, section: string): string {
  const [before, , after] = text.split(new RegExp(`<!-- /?${name} -->`))
  if (before === undefined || after === undefined) throw new Error(`There is no section ${name}.`)
  return `${before}<!-- ${name} -->\n${section}\n<!-- /${name} -->${after}`
}
