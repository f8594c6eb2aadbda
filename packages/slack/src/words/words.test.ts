import { expect, test } from 'vitest'
import { en, type WordKey } from './en.ts'
import { hi } from './hi.ts'
import { dateMrkdwn, languageOf, Mrkdwn, type Text, Words } from './words.ts'

const names = { call: '/call', umbrella: '/movoice' }
const forms = (text: Text) => (typeof text === 'string' ? [text] : Object.values(text))
const holes = (text: Text) =>
  [
    ...forms(text)
      .join()
      .matchAll(/\{(\w+)\}/g),
  ]
    .map((match) => match[1])
    .sort()

test('both languages have every text, and the same places to fill in', () => {
  expect(Object.keys(hi).sort()).toEqual(Object.keys(en).sort())
  for (const key of Object.keys(en) as WordKey[]) {
    expect([key, new Set(holes(hi[key]))]).toEqual([key, new Set(holes(en[key]))])
    for (const form of forms(hi[key])) expect(form.trim()).not.toBe('')
  }
})

/** Names of things, and what is typed as it stands. */
const NAMES =
  /Movoice|Slack|CSV|API|UTF-8|5 MB|IN|https:|Call this number|Settings → API Keys|“phone”|(?:name|key)=\w+/g

test('nothing in Hindi is left in English but names and what is typed', () => {
  for (const key of Object.keys(hi) as WordKey[])
    for (const form of forms(hi[key])) {
      const rest = form.replace(/`[^`]*`|\{\w+\}|:[a-z_0-9]+:|<[^>]*>/g, ' ').replace(NAMES, ' ')
      expect([key, rest.match(/[A-Za-z]+/g)]).toEqual([key, null])
    }
})

test('what is filled in cannot mention anyone or make a link', () => {
  const words = new Words('en', names)
  expect(words.mrkdwn('confirm.agent', { agent: '<!channel> & <@U1>' })).toBe(
    'Agent *&lt;!channel&gt; &amp; &lt;@U1&gt;*',
  )
  expect(words.mrkdwn('confirm.schedule', { when: new Mrkdwn('<!date^1^{date}|x>') })).toBe(
    'At <!date^1^{date}|x>, your time',
  )
  expect(words.plain('confirm.agent', { agent: '<b>' })).toBe('Agent *<b>*')
})

test('numbers, plurals, durations and lists are those of the language', () => {
  const english = new Words('en', names)
  const hindi = new Words('hi', names)
  expect(english.plain('dnc.count', { count: 1 })).toBe('1 number is never called.')
  expect(english.plain('dnc.count', { count: 123_456 })).toBe('123,456 numbers are never called.')
  expect(hindi.plain('dnc.count', { count: 1 })).toBe('1 नंबर पर कभी कॉल नहीं की जाती।')
  expect(hindi.plain('dnc.count', { count: 123_456 })).toBe('1,23,456 नंबरों पर कभी कॉल नहीं की जाती।')
  expect([english.duration(83), english.duration(5), english.duration(-3)]).toEqual([
    '1 min 23 sec',
    '5 sec',
    '0 sec',
  ])
  expect([hindi.duration(83), hindi.duration(5)]).toEqual(['1 मिनट 23 सेकंड', '5 सेकंड'])
  expect(english.oneOf(['A', 'B', 'C'])).toBe('A, B, or C')
  expect(hindi.oneOf(['A', 'B'])).toBe('A या B')
})

test('dates are written for the reader’s zone', () => {
  expect(dateMrkdwn(1_767_225_600).text).toBe(
    '<!date^1767225600^{date_short_pretty} {time}|2026-01-01 00:00 UTC>',
  )
})

test.each([
  ['hi-IN', 'hi'],
  ['hi', 'hi'],
  ['en-GB', 'en'],
  ['de-DE', 'en'],
  [undefined, 'en'],
])('%s reads %s', (locale, language) => {
  expect(languageOf(locale)).toBe(language)
})
