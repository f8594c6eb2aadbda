import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { operations, webhookEventTypes } from '@movoice-kit/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractRows, type Row } from './contract.ts'
import { type OpenDoors, openDoors } from './doors.ts'
import { absenceOf, lookAt, type Matrix, missing, outlived } from './matrix.ts'
import { shortTable, wholePage, withSection } from './page.ts'

const root = join(import.meta.dirname, '../..')
let open: OpenDoors
let matrix: Matrix

beforeAll(async () => {
  open = await openDoors()
  matrix = await lookAt(open.doors, await contractRows())
})
afterAll(() => open.close())

describe('the matrix', () => {
  test('every operation, field, event and error of the contract is at every door, or it is said why not', () => {
    const todo =
      'For each line: show it at that door (and say how in test/matrix/doors), or write into test/matrix/absences.ts why not.'
    expect(missing(matrix), todo).toEqual([])
  })

  test('every reason is still needed', () => {
    expect(outlived(matrix)).toEqual([])
  })

  test('has walked the whole contract', () => {
    const ids = matrix.rows.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(Object.keys(operations)))
    expect(ids).toEqual(
      expect.arrayContaining([
        'calls.create < schedule_at',
        'calls.list < to',
        'calls.get > transcript',
        'calls.createBatch < concurrency',
        'agents.update < voice_id',
        'error 409',
        'error OutcomeUnknownError',
      ]),
    )
    expect(ids.filter((id) => id.startsWith('event '))).toHaveLength(webhookEventTypes.length + 1 + 22)
    expect(new Set(ids).size).toBe(ids.length)
  })

  // Rows as a contract would have them that had just grown by one of each kind.
  const grown: readonly Row[] = [
    { id: 'calls.create < record', kind: 'input', operation: 'calls.create', name: 'record', says: 'record' },
    { id: 'calls.get > cost', kind: 'output', operation: 'calls.get', name: 'cost', says: 'cost' },
    { id: 'event call.paused', kind: 'event', name: 'call.paused', says: 'call.paused' },
    { id: 'event > cost', kind: 'event field', name: 'cost', says: 'cost' },
    { id: 'error NewError', kind: 'error', name: 'NewError', says: 'new' },
  ]
  test.each(grown)('would miss a new $kind at the doors that should have it', async (row) => {
    const after = await lookAt(open.doors, [...matrix.rows, row])
    const lacking = missing(after).filter((line) => !missing(matrix).includes(line))
    const expected = open.doors.map(({ name }) => name).filter((name) => absenceOf(name, row) === undefined)
    expect(lacking).toEqual(expected.map((name) => `${name} lacks ${row.id}`))
    expect(expected.length).toBeGreaterThanOrEqual(5)
  })
})

describe('what is told of it', () => {
  test('the README has the table', async () => {
    const path = join(root, 'README.md')
    const readme = withSection(readFileSync(path, 'utf8'), 'matrix', shortTable(matrix))
    await expect(readme).toMatchFileSnapshot(path)
  })

  test('docs/matrix.md has all of it', async () => {
    await expect(wholePage(matrix)).toMatchFileSnapshot(join(root, 'docs/matrix.md'))
  })
})
