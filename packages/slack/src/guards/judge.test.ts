import { describe, expect, test } from 'vitest'
import { type Case, callingHours, judge, mayAdminister, mayView } from './judge.ts'
import { readPolicy } from './policy.ts'

const NOON_IN_NEW_YORK = Date.UTC(2026, 0, 15, 17)
const who = { userId: 'U1', isGuest: false, isAdmin: false, groups: [] as string[] }
const base: Case = {
  policy: readPolicy({}),
  who,
  channel: 'C1',
  phones: ['+12025550101'],
  at: NOON_IN_NEW_YORK,
  used: { person: 0, workspace: 0 },
  doNotCall: new Set(),
  recent: new Map(),
  answered: [],
}
const allow = { kind: 'allow' }
const refused = (why: string) => ({ kind: 'refuse', why })
const asked = (why: string) => ({ kind: 'ask', why })

test.each<[string, Partial<Case>, object]>([
  ['an ordinary call', {}, allow],
  ['the kill switch', { policy: readPolicy({ killSwitch: true }) }, refused('kill_switch')],
  ['a guest', { who: { ...who, isGuest: true } }, refused('guest')],
  ['a guest who may', { who: { ...who, isGuest: true }, policy: readPolicy({ guests: true }) }, allow],
  ['another than the callers', { policy: callers({ users: ['U2'] }) }, refused('not_a_caller')],
  ['one of the callers', { policy: callers({ users: ['U1'] }) }, allow],
  [
    'one of another group',
    { policy: callers({ groups: ['S1'] }), who: { ...who, groups: ['S2'] } },
    refused('not_a_caller'),
  ],
  ['one of the group', { policy: callers({ groups: ['S1'] }), who: { ...who, groups: ['S1'] } }, allow],
  ['another channel', { policy: callers({ channels: ['C2'] }) }, refused('wrong_channel')],
  ['no channel', { policy: callers({ channels: ['C2'] }), channel: null }, refused('wrong_channel')],
  ['the channel', { policy: callers({ channels: ['C1'] }) }, allow],
  ['a premium number', { phones: ['+19005550100'] }, refused('premium')],
  ['a satellite phone', { phones: ['+870773111632'] }, refused('premium')],
  ['a number on the list', { doNotCall: new Set(['+12025550101']) }, refused('do_not_call')],
  ['the last of the quota', { used: { person: 49, workspace: 0 } }, allow],
  ['one above the quota', { used: { person: 50, workspace: 0 } }, refused('quota_person')],
  ['a quota of none', { policy: readPolicy({ quotaPerPerson: 0 }) }, refused('quota_person')],
  [
    'the workspace’s quota',
    { policy: readPolicy({ quotaPerWorkspace: 9 }), used: { person: 1, workspace: 9 } },
    refused('quota_workspace'),
  ],
  [
    'two calls where one is left',
    { phones: ['+12025550101', '+12025550102'], used: { person: 49, workspace: 0 } },
    refused('quota_person'),
  ],
  ['the night', { at: NOON_IN_NEW_YORK + 12 * 3600e3 }, refused('quiet_hours')],
  ['noon here, night there', { phones: ['+919876543210'] }, refused('quiet_hours')],
  ['a number of many zones', { phones: ['+18005550100'] }, asked('unknown_zone')],
  ['the same with a yes', { phones: ['+18005550100'], answered: ['unknown_zone'] }, allow],
  [
    'the night in every zone',
    {
      phones: ['+18005550100'],
      at: Date.UTC(2026, 0, 15, 8),
      policy: readPolicy({ callFrom: '11:00', callUntil: '12:00' }),
    },
    refused('quiet_hours'),
  ],
  ['called a moment ago', { recent: new Map([['+12025550101', 20]]) }, asked('recent')],
  ['the same with a yes', { recent: new Map([['+12025550101', 20]]), answered: ['recent'] }, allow],
  [
    'a yes to something else',
    { recent: new Map([['+12025550101', 20]]), answered: ['doubtful'] },
    asked('recent'),
  ],
  ['a number of no known range', { phones: ['+12020550101'] }, asked('doubtful')],
  ['the second of two is refused', { phones: ['+12025550101', '+19005550100'] }, refused('premium')],
])('%s', (_name, change, verdict) => {
  expect(judge({ ...base, ...change })).toMatchObject(verdict)
})

function callers(some: { users?: string[]; groups?: string[]; channels?: string[] }) {
  return readPolicy({ callers: { users: [], groups: [], channels: [], ...some } })
}

describe('calling hours', () => {
  const at = (hour: number, minute = 0) => Date.UTC(2026, 0, 15, hour + 5, minute)
  test.each([
    [7, 59, 'outside'],
    [8, 0, 'inside'],
    [20, 59, 'inside'],
    [21, 0, 'outside'],
  ])('%i:%i in New York is %s', (hour, minute, expected) => {
    expect(callingHours('+12125550101', readPolicy({}), at(hour, minute))).toBe(expected)
  })

  test('may go over midnight', () => {
    const night = readPolicy({ callFrom: '22:00', callUntil: '06:00' })
    expect(callingHours('+12125550101', night, at(23))).toBe('inside')
    expect(callingHours('+12125550101', night, at(12))).toBe('outside')
  })

  test('may be off', () => {
    expect(callingHours('+12125550101', readPolicy({ callFrom: null, callUntil: null }), at(3))).toBe(
      'inside',
    )
  })

  test('follow summer time', () => {
    expect(callingHours('+442079460018', readPolicy({}), Date.UTC(2026, 6, 1, 7, 30))).toBe('inside')
    expect(callingHours('+442079460018', readPolicy({}), Date.UTC(2026, 0, 1, 7, 30))).toBe('outside')
  })
})

test('a stored policy of another version keeps what is readable and defaults the rest', () => {
  const read = readPolicy({ killSwitch: true, quotaPerPerson: 'many', callFrom: '25:00', unknown: 1 })
  expect(read).toMatchObject({ killSwitch: true, quotaPerPerson: 50, callFrom: '08:00' })
  expect(readPolicy(null)).toEqual(readPolicy({}))
})

test('who may administer and see', () => {
  const policy = readPolicy({ admins: ['U3'], viewers: ['U4'] })
  expect(mayAdminister(policy, who)).toBe(false)
  expect(mayAdminister(policy, { ...who, isAdmin: true })).toBe(true)
  expect(mayAdminister(policy, { ...who, userId: 'U3' })).toBe(true)
  expect(mayAdminister(policy, { ...who, userId: 'U3', isGuest: true })).toBe(false)
  expect(mayView(policy, who, 'U1')).toBe(true)
  expect(mayView(policy, who, 'U2')).toBe(false)
  expect(mayView(policy, { ...who, userId: 'U4' }, 'U2')).toBe(true)
})
