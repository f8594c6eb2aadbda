import { rowReason } from '../blocks/batch.ts'
import { csvText } from '../parse/batch-file.ts'
import type { Words } from '../words/words.ts'
import type { Batch, RejectedRow } from './batch-model.ts'
import { type Call, isOver } from './model.ts'

/** Every row with what came of it, in the order of the file. Numbers are whole: this goes to those who may see them. */
export function resultsCsv(batch: Batch, calls: readonly Call[], words: Words): string {
  const { rejected } = batch.request
  const keys = [
    ...new Set([
      ...calls.flatMap((call) => Object.keys(call.request.variables)),
      ...rejected.flatMap((row) => Object.keys(row.variables ?? {})),
    ]),
  ]
  const head = [
    'row',
    'phone',
    ...keys,
    'status',
    'outcome',
    'sentiment',
    'duration',
    'reason',
    'summary',
    'call_id',
  ]
  const called = calls.map((call): readonly [number, readonly unknown[]] => {
    const row = rowOf(call)
    return [
      row,
      [
        row,
        call.request.phone,
        ...keys.map((key) => call.request.variables[key]),
        call.state,
        call.result?.outcome,
        call.result?.sentiment,
        call.result?.duration,
        call.result?.reason ?? (isOver(call.state) ? '' : call.failure?.name),
        call.result?.summary,
        call.callId,
      ],
    ]
  })
  const left = rejected.map((row): readonly [number, readonly unknown[]] => [
    row.row,
    [
      row.row,
      row.text,
      ...keys.map((key) => row.variables?.[key]),
      'rejected',
      '',
      '',
      '',
      rowReason(row, words),
      '',
      '',
    ],
  ])
  const lines = [...called, ...left].toSorted(([a], [b]) => a - b).map(([, line]) => line)
  return csvText([head, ...lines])
}

/** The rows that were left out, as a file that can be mended and sent again: columns with a `#` are no variables. */
export function rejectedCsv(rows: readonly RejectedRow[], words: Words): string {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row.variables ?? {})))]
  return csvText([
    ['phone', ...keys, '#row', '#reason'],
    ...rows.map((row) => [
      row.text,
      ...keys.map((key) => row.variables?.[key]),
      row.row,
      rowReason(row, words),
    ]),
  ])
}

/** The line of the file that a call is of: the end of its id. */
const rowOf = (call: Call): number => Number(call.id.slice(call.id.lastIndexOf('_') + 1))
