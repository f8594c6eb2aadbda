import { expect, test } from 'vitest'
import { csvText, readBatchFile } from './batch-file.ts'

const read = (text: string, country?: string) => readBatchFile(new TextEncoder().encode(text), 50, country)

test('reads numbers and variables, and rejects each bad row with its line', () => {
  const file = read(
    '\ufeffphone,name,amount_due\n+91 98765 43210,Asha,1200\n98765,Ben,5\n,nobody,\n+919876543210,Again,1\n112,Emergency,1\n+12025550101,"Rao, C",\n',
  )
  expect(file).toEqual({
    kind: 'rows',
    rows: [
      { row: 2, phone: '+919876543210', variables: { name: 'Asha', amount_due: '1200' } },
      { row: 7, phone: '+12025550101', variables: { name: 'Rao, C' } },
    ],
    rejected: [
      { row: 3, text: '98765', variables: { name: 'Ben', amount_due: '5' }, why: 'read:short_number' },
      { row: 4, text: '', variables: { name: 'nobody' }, why: 'read:empty' },
      { row: 5, text: '+919876543210', variables: { name: 'Again', amount_due: '1' }, why: 'duplicate:2' },
      { row: 6, text: '112', variables: { name: 'Emergency', amount_due: '1' }, why: 'read:short_number' },
    ],
  })
})

test('takes semicolons, tabs, and other names for the column', () => {
  expect(read('name;Phone Number\r\nAsha;+12025550101\r\n')).toMatchObject({
    rows: [{ phone: '+12025550101', variables: { name: 'Asha' } }],
  })
  expect(read('mobile\tname\n9876543210\tAsha\n', 'IN')).toMatchObject({ rows: [{ phone: '+919876543210' }] })
})

test.each([
  ['name,amount\nAsha,1\n', 'no_phone'],
  ['', 'no_phone'],
  ['phone\n"unclosed', 'not_csv'],
  [
    `phone\n${Array.from({ length: 51 }, (_, index) => `+120255501${String(index).padStart(2, '0')}`).join('\n')}`,
    'too_many',
  ],
])('%j is %s', (text, kind) => {
  expect(read(text).kind).toBe(kind)
})

test('bytes that are no text are no CSV', () => {
  expect(readBatchFile(new Uint8Array([0x70, 0xff, 0xfe]), 50)).toMatchObject({ kind: 'not_csv' })
})

test.each([
  '=1+1',
  '-x',
  '@SUM(A1)',
  '\t=1',
  ' =1',
  '\r=1',
  '\n=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  '\u00a0=1',
])('a spreadsheet does not take %j for a formula', (text) => {
  expect(csvText([[text]]).replace(/^"/, '')).toMatch(/^'/)
})

test('what is written as CSV is read again as it was, notes left aside', () => {
  const name = '=Rao; "C",\n-1'
  const text = csvText([
    ['phone', 'name', '#reason'],
    ['+91 98765 43210', name, 'no country code'],
  ])
  expect(text).toContain("'+91 98765 43210")
  expect(read(text)).toMatchObject({ rows: [{ phone: '+919876543210', variables: { name } }], rejected: [] })
  expect(csvText([['+12025550101', 'a,b', 5, null, undefined]])).toBe('+12025550101,"a,b",5,,\r\n')
})
