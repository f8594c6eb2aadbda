import { describe, expect, test } from 'vitest'
import { type PeopleFileOptions, readPeople } from './people-file.ts'

const read = (text: string, options?: PeopleFileOptions) =>
  readPeople(new TextEncoder().encode(text), options)

test('every column but the number is a variable; an empty cell is none', () => {
  expect(
    read('name,Phone Number,amount due\nAsha,+1 (202) 555-0101,120\n"Ravi, Dr.",+919876543210,\n'),
  ).toEqual({
    columns: ['name', 'amount due'],
    bad: [],
    people: [
      { line: 2, phone: '+12025550101', country: 'US', variables: { name: 'Asha', 'amount due': '120' } },
      { line: 3, phone: '+919876543210', country: 'IN', variables: { name: 'Ravi, Dr.' } },
    ],
  })
})

test.each([
  ['semicolons', 'phone;name\n+12025550101;Asha\n'],
  ['tabs', 'phone\tname\n+12025550101\tAsha\n'],
  ['a byte order mark', '\uFEFFphone,name\n+12025550101,Asha\n'],
  ['CRLF', 'phone,name\r\n+12025550101,Asha\r\n'],
  ['empty lines', '\nphone,name\n\n+12025550101,Asha\n,\n\n'],
  ['no line break at the end', 'phone,name\n+12025550101,Asha'],
])('reads %s', (_what, text) => {
  const { people, bad } = read(text)
  expect(bad).toEqual([])
  expect(people.map(({ phone, variables }) => [phone, variables])).toEqual([
    ['+12025550101', { name: 'Asha' }],
  ])
})

test('names every bad row with its line, whatever stands before it', () => {
  const { people, bad } = read(
    [
      'phone,name',
      '+12025550101,"over',
      'two lines"',
      '',
      '+12025550101,Again',
      '+1202555,Short',
      '2025550105,Nowhere',
      '+12025550106,a,b',
      '+12025550107',
      '9.19877E+11,Excel',
      'call me,Words',
      '+12025550108 ext 3,Extension',
      ',Nobody',
      '+12025550109,',
    ].join('\n'),
    { required: ['name'] },
  )
  expect(people.map(({ line }) => line)).toEqual([2])
  expect(bad.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '5 is the number of line 2 again',
    '6 the number has a wrong number of digits for country code +1',
    '7 the number has no country code: write it with + and the country, such as +91 98765 43210',
    '8 has 3 cells where the head has 2: is a comma not in quotes?',
    '9 has 1 cell where the head has 2: is a comma not in quotes?',
    '10 the number was rounded by a spreadsheet: format that column as text',
    '11 the number holds letters, so it is not a phone number',
    '12 the number has an extension, which cannot be dialled; did you mean +12025550108?',
    '13 the number is empty',
    '14 "name" is empty',
  ])
})

test('the same number is found again however it is written', () => {
  const { bad } = read('phone\n+12025550101\n001 202 555 0101\n2025550101\n', { country: 'US' })
  expect(bad.map(({ line }) => line)).toEqual([3, 4])
})

test('a variable may have any name', () => {
  const { people } = read('phone,__proto__,constructor\n+12025550101,a,b\n')
  expect(Object.entries(people[0]?.variables ?? {})).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
})

test('what Excel saves as Unicode text: UTF-16 with tabs, either way round', () => {
  const wide = Buffer.from('\uFEFFphone\tname\r\n+12025550101\tआशा\r\n', 'utf16le')
  for (const bytes of [wide, Buffer.from(wide).swap16()]) {
    expect(readPeople(bytes).people).toMatchObject([{ line: 2, variables: { name: 'आशा' } }])
  }
})

test.each([
  ['sep=;', '\r\n'],
  ['\uFEFF"sep=;"', '\n'],
])('a first line %j that says what parts the cells', (first, end) => {
  const text = [first, 'phone;name', '+12025550101;"Asha, Ms"', ''].join(end)
  expect(read(text).people).toMatchObject([{ line: 3, variables: { name: 'Asha, Ms' } }])
})

describe('a file that is of no use as a whole', () => {
  test.each([
    ['', /is empty/],
    ['phone,name\n', /has a head, and no row under it/],
    ['name,city\nAsha,Pune\n', /has no column "phone" in its first line. It has: name, city/],
    ['phone,name,name\n+12025550101,a,b\n', /has the column "name" twice/],
    ['phone,\n+12025550101,a\n', /has values in column 2, which has no name/],
    ['phone,name\n+12025550101,"open\n', /is no CSV: quote not closed/],
  ])('%j', (text, line) => {
    let said = ''
    try {
      read(text)
    } catch (error) {
      const { message, hint } = error as { message: string; hint: string }
      said = `${message} ${hint}`
    }
    expect(said).toMatch(line)
  })

  test('one in another encoding', () => {
    expect(() => readPeople(Buffer.from('phone,name\n+12025550101,Ren\xe9\n', 'latin1'))).toThrow(
      /is not UTF-8/,
    )
  })

  test.each([
    ['PK\x03\x04\x14\0', /is a workbook/],
    ['\xd0\xcf\x11\xe0', /is a workbook/],
    ['p\0h\0o\0n\0e\0', /is no text/],
  ])('%j', (bytes, line) => {
    expect(() => readPeople(Buffer.from(bytes, 'latin1'))).toThrow(line)
  })

  test('one without a column that every row must have', () => {
    expect(() => read('phone\n+12025550101\n', { required: ['name', 'city'] })).toThrow(
      /has no column "name", "city"/,
    )
  })
})
