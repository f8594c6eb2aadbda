import { type Absence, absences } from './absences.ts'
import type { Row } from './contract.ts'
import { type Door, shownAt } from './door.ts'

export interface Column {
  readonly door: string
  readonly title: string
  readonly shown: ReadonlySet<string>
}

/** Every row of the contract against every door. */
export interface Matrix {
  readonly rows: readonly Row[]
  readonly columns: readonly Column[]
}

export async function lookAt(doors: readonly Door[], rows: readonly Row[]): Promise<Matrix> {
  const columns: Column[] = []
  for (const door of doors) {
    columns.push({ door: door.name, title: door.title, shown: await shownAt(door, rows) })
  }
  return { rows, columns }
}

const fits = (pattern: string, id: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replace(/[.[\]]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(id)
}

/** Why a door does not show a row, if that is on purpose. */
export function absenceOf(door: string, row: Row, table: readonly Absence[] = absences): Absence | undefined {
  return table.find(
    ({ doors, rows }) => doors.includes(door) && rows.some((pattern) => fits(pattern, row.id)),
  )
}

/** What is missing with no reason, one line each. Of an operation that is not there at all, its fields are not told. */
export function missing({ rows, columns }: Matrix, table: readonly Absence[] = absences): string[] {
  return columns.flatMap(({ door, shown }) =>
    rows
      .filter((row) => {
        if (shown.has(row.id) || absenceOf(door, row, table) !== undefined) return false
        return row.operation === undefined || shown.has(row.operation)
      })
      .map(({ id }) => `${door} lacks ${id}`),
  )
}

/** Reasons that are no longer needed: a pattern of which nothing is missing at a door it names. */
export function outlived({ rows, columns }: Matrix, table: readonly Absence[] = absences): string[] {
  return table.flatMap(({ doors, rows: patterns }) =>
    doors.flatMap((door) => {
      const shown = columns.find((column) => column.door === door)?.shown
      if (shown === undefined) return [`there is no door ${door}`]
      return patterns
        .filter((pattern) => !rows.some(({ id }) => fits(pattern, id) && !shown.has(id)))
        .map((pattern) => `${door} shows ${pattern} by now`)
    }),
  )
}
