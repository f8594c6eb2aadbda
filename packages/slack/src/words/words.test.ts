import { expect, test } from 'vitest'
import { en, type WordKey } from './en.ts'
import { hi } from './hi.ts'
import { dateMrkdwn, languageOf, Mrkdwn, Words } from './words.ts'

const names = { call: '/call', umbrella: '/movoice' }
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

test('both languages have every text, and the same places to fill in', () => {
  expect(Object.keys(hi).sort()).toEqual(Object.keys(en).sort())
  for (const key of Object.keys(en) as WordKey[]) {
    expect([key, new Set(holes(hi[key]))]).toEqual([key, new Set(holes(en[key]))])
    expect(hi[key].trim()).not.toBe('')
  }
})

test('what is filled in cannot mention anyone or make a link', () => {
  const words = new Words('en', names)
  expect(words.mrkdwn('confirm.agent', { agent: '<!channel> & <@U1>' })).toBe(
    'Agent *&lt;!channel&gt; &amp; &lt;@U1&gt;*',
  )
  expect(words.mrkdwn('confirm.schedule', { when: new Mrkdwn('<!date^1^{date}|x>') })).toBe(
    'At <!date^1^{date}|x>',
  )
  expect(words.plain('confirm.agent', { agent: '<b>' })).toBe('Agent *<b>*')
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
