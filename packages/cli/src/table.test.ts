import { expect, test } from 'vitest'
import { table } from './table.ts'

test('lines columns up, also where letters are wide or combine', () => {
  expect(
    table(
      ['NAME', 'NOTE'],
      [
        ['आशा', 'one'],
        ['東京', 'two'],
        [null, 'three'],
      ],
    ),
  ).toBe(['NAME  NOTE', 'आशा   one', '東京  two', '      three'].join('\n'))
})

test('keeps a row to one line, and cuts what is too wide for the screen', () => {
  expect(table(['A', 'B'], [['x', 'a long\nsummary of a call']], 20)).toBe('A  B\nx  a long summary o…')
})
