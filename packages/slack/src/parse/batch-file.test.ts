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
      { row: 3, text: '98765', why: 'read:short_number' },
      { row: 4, text: '', why: 'read:empty' },
      { row: 5, text: '+919876543210', why: 'duplicate:2' },
      { row: 6, text: '112', why: 'read:short_number' },
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

test('a value cannot become a formula in a spreadsheet', () => {
  expect(csvText([['=1+1', '+12025550101', 'a,b', '-x']])).toBe('\'=1+1,+12025550101,"a,b",\'-x\r\n')
})
