import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blockProblems, messageProblems } from '../testing/limits.ts'
import { promptParts } from './agent.ts'
import { pagesOf } from './card.ts'
import { hidePhones } from './describe.ts'
import { clip, clipMrkdwn } from './kit.ts'

test('the validator finds what Slack would refuse', () => {
  const text = (length: number) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'x'.repeat(length), verbatim: true },
  })
  expect(blockProblems([text(3000)], 'message')).toEqual([])
  expect(blockProblems([text(3001)], 'message')).toHaveLength(1)
  expect(blockProblems([text(0)], 'message')).toHaveLength(1)
  expect(
    blockProblems(
      Array.from({ length: 51 }, () => text(1)),
      'message',
    ),
  ).toHaveLength(1)
  expect(
    blockProblems([{ type: 'header', text: { type: 'mrkdwn', text: 'x', verbatim: true } }], 'message'),
  ).toHaveLength(1)
  expect(
    blockProblems(
      [{ type: 'section', text: { type: 'mrkdwn', text: '<!channel>', verbatim: true } }],
      'message',
    ),
  ).toHaveLength(1)
  expect(
    blockProblems(
      [
        {
          type: 'actions',
          elements: [{ type: 'button', text: { type: 'plain_text', text: 'x'.repeat(76) } }],
        },
      ],
      'message',
    ),
  ).toHaveLength(1)
  expect(
    blockProblems([{ type: 'section', text: { type: 'mrkdwn', text: '@here' } }], 'message'),
  ).toHaveLength(1)
  expect(messageProblems({ text: '' })).toHaveLength(1)
})

test('cuts between what people take for characters', () => {
  expect(clip('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 12)).toBe('👨‍👩‍👧‍👦…')
  expect(clipMrkdwn('x &amp; y', 6)).toBe('x …')
})

test('hides numbers in texts', () => {
  expect(hidePhones('Ring +1 202 555 0101 or 98765 43210 on 2026-11-25 at 14:30 for 1,200.')).not.toMatch(
    /5550101|555 0101|98765 43210/,
  )
})

test.each([
  '+1 (202) - 555 - 0101',
  '९८७६५ ४३२१०',
  '+９１ ９８７６５ ４３２１０',
  '٩٨٧٦٥٤٣٢١٠',
  '98765–43210',
  '98765/43210',
  '98765\u200b43210',
  '98765\u00a043210',
])('hides %s, however it is written', (number) => {
  expect(hidePhones(`call ${number} now`)).toMatch(/^call \+?\d\d•+\d\d now$/)
})

test.each(['at 14:30 for 1,200', 'on 2026-11-25 14:30', 'on 25.11.2026 at 9', 'on 5/11/2026'])(
  'leaves %s as it is',
  (text) => {
    expect(hidePhones(text)).toBe(text)
  },
)

test('a long prompt in parts is the prompt', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.integer({ min: 1, max: 60 }),
      (text, times) => {
        const prompt = text.repeat(times)
        const parts = promptParts(prompt)
        expect(parts.join('')).toBe(prompt)
        expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(3000)
        expect(pagesOf(prompt, 500).every((page) => page.length <= 500)).toBe(true)
      },
    ),
  )
})
