import { expect, test } from 'vitest'
import { printable, table } from './table.ts'

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

test('what was said on a phone cannot steer a terminal', () => {
  expect(printable('a\x1b[2Jb\u202ec\u009bd\te\nf आशा 👩‍⚕️')).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDd\te\nf आशा 👩‍⚕️')
})
