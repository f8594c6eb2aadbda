import { expect, test } from 'vitest'
import { readAllowList } from './allow-list.ts'
import { DialLog } from './dial-log.ts'
import { refusal } from './refusals.ts'

const HOUR = 3_600_000
const at = { now: 0 }
const clock = { now: () => at.now, sleep: async () => undefined }

test.each([
  ['+12025550101', '+12025550101', true],
  ['+12025550101', '+12025550102', false],
  ['+12025550101', '+120255501011', false],
  ['+91*', '+919876543210', true],
  ['+91*', '+19198765432', false],
  [' +12025550101 ,\n+91* ', '+919876543210', true],
  ['+1202555*', '+12025550199', true],
])('the list %j and %s: %s', (list, phone, permitted) => {
  expect(readAllowList('--allow', list)?.permits(phone)).toBe(permitted)
})

test.each(['*', '+*', '91*', '+91**', '2025550101', '+1 202 555 0101', '+91*5', '+0*'])(
  'the list %j is refused, naming the setting and the place, not the number',
  (list) => {
    expect(() => readAllowList('MOVOICE_MCP_ALLOW', `+12025550101,${list}`)).toThrow(
      /^MOVOICE_MCP_ALLOW has an entry \(the 2nd\) that is neither a number such as/,
    )
  },
)

test('an empty list is none', () => {
  expect(readAllowList('--allow', undefined)).toBeUndefined()
  expect(readAllowList('--allow', ' , ')).toBeUndefined()
})

test('what may be dialled is bounded for 24 hours, and what provably rang nobody is given back', () => {
  at.now = 0
  const dials = new DialLog(3, clock)
  const first = dials.take(['+1', '+2'])
  expect(dials.take(['+3', '+4'])).toBeUndefined()
  first?.giveBack()
  expect(dials.left).toBe(3)
  dials.take(['+3', '+4'])?.placed('call_1')
  at.now = 10 * 60_000
  expect(dials.earlier('+3')).toEqual({ minutesAgo: 10, callId: 'call_1' })
  expect(dials.earlier('+1')).toBeUndefined()
  expect(dials.left).toBe(1)
  at.now = 24 * HOUR + 1
  expect([dials.left, dials.earlier('+3')]).toEqual([3, undefined])
})

test.each([
  [['+19005550100'], 'premium_number'],
  [['+870773111632'], 'premium_number'],
  [['+1911'], 'emergency_number'],
  [['+12025550101', '+12025550102', '+12025550101'], 'duplicate_recipient'],
  [['+12025550101', '+12025550102', '+12025550103', '+12025550104'], 'dial_limit'],
  [['+12025550101', '+12025550102'], undefined],
])('%j: %s', (phones, code) => {
  expect(refusal(phones, undefined, new DialLog(3, clock))?.code).toBe(code)
})

test('a number that is not on the list is refused before anything else is looked at', () => {
  const allow = readAllowList('--allow', '+91*')
  expect(refusal(['+19005550100'], allow, new DialLog(0, clock))?.code).toBe('not_allowed')
  expect(refusal(['+919876543210'], allow, new DialLog(0, clock))?.code).toBe('dial_limit')
})
