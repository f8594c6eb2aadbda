import { expect, test } from 'vitest'
import { type Column, printRecord, printRecords } from './output.ts'

interface Visit {
  readonly id: string
  readonly at: string
  readonly who: string
  readonly note: string
}
const columns: readonly Column<Visit>[] = [
  { head: 'ID', of: ({ id }) => id },
  { head: 'AT', of: ({ at }) => at, goes: 2 },
  { head: 'WHO', of: ({ who }) => who },
  { head: 'NOTE', of: ({ note }) => note, goes: 1 },
]
const visit = { id: 'visit_1', at: '2027-01-31T10:00Z', who: 'Asha', note: 'would rather come\non a Friday' }

function terminal(width: number | undefined) {
  const out: string[] = []
  const stdout = { isTTY: width !== undefined, columns: width, write: (text: string) => out.push(text) }
  const io = {
    stdout,
    stderr: stdout,
    env: {},
    signal: new AbortController().signal,
    isTerminal: width !== undefined,
  }
  return { io, lines: () => out.join('').trimEnd().split('\n') }
}

test.each([
  [80, 'ID       AT                 WHO   NOTE'],
  [40, 'ID       AT                 WHO'],
  [20, 'ID       WHO'],
])('a table at %i columns leaves out what can be missed', async (width, head) => {
  const { io, lines } = terminal(width)
  await printRecords(io, 'table', [visit], columns, 'none')
  expect(lines()[0]).toBe(head)
  for (const line of lines()) expect(line.length).toBeLessThanOrEqual(width)
})

test('into a pipe goes all of it', async () => {
  const { io, lines } = terminal(undefined)
  await printRecords(io, 'table', [visit], columns, 'none')
  expect(lines()[1]).toBe('visit_1  2027-01-31T10:00Z  Asha  would rather come on a Friday')
})

test('one record breaks its lines between words, under the words above', async () => {
  const { io, lines } = terminal(30)
  await printRecord(io, 'table', { ...visit, note: 'would rather come on a Friday\nor not' }, columns)
  expect(lines().slice(3)).toEqual(['Note  would rather come on a', '      Friday', '      or not'])
})
