import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { corpus } from './corpus.ts'
import { parseCall } from './parse-call.ts'
import { tidy } from './tidy.ts'

test('the corpus is large enough to mean something', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(200)
  expect(new Set(corpus.map(({ text, country }) => `${country} ${text}`)).size).toBe(corpus.length)
})

test.each(corpus)('$text ($country)', ({ text, country, e164, agent, variables, problem, doubtful }) => {
  const read = parseCall(text, country)
  // Before all else: no number but the one that was meant.
  if (read.kind === 'call') expect(read.e164).toBe(e164)
  if (problem !== undefined) {
    expect(read).toMatchObject({ kind: 'problem', problem })
    return
  }
  expect(read.kind === 'problem' ? read.problem : undefined).toBeUndefined()
  expect(read).toMatchObject({ kind: 'call', e164, doubtful: doubtful ?? false })
  if (read.kind !== 'call') return
  expect(read.agent).toBe(agent)
  expect(Object.entries(read.variables)).toEqual(Object.entries(variables ?? {}))
})

test('without text there is nothing to read', () => {
  expect(parseCall(' \u00a0 ')).toEqual({ kind: 'empty' })
})

describe('whatever is typed', () => {
  test('the number dialled is spelled by the digits of the text', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '+',
        '00',
        '(',
        ')',
        '-',
        ' ',
        '\u00a0',
        '"',
        '“',
        '=',
        'name=',
        'ext',
        '<tel:',
        '>',
        '|',
      ),
      fc.stringMatching(/^\d{1,6}$/),
      fc.constantFrom('+1202', '555', '0101', '+91', '98765', '43210', '+49', '30'),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        const read = parseCall(text)
        if (read.kind !== 'call') return
        const digits = tidy(text).replace(/\D/g, '')
        // A trunk zero in brackets may be left out; nothing may be added.
        expect(digits.replace(/0/g, '')).toContain(read.e164.replace(/[+0]/g, ''))
      }),
      { numRuns: 2000 },
    )
  })

  test('it answers without throwing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.constantFrom('US', 'IN', '??')),
        (text, country) => {
          expect(['empty', 'call', 'problem']).toContain(parseCall(text, country ?? undefined).kind)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
