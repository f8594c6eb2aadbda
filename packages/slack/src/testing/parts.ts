// What builders of messages and views are handed, with everything in it that could come from outside.
import fc from 'fast-check'
import type { Batch } from '../calls/batch-model.ts'
import { type Call, callStates, type Draft, type Request } from '../calls/model.ts'
import type { Refusal } from '../guards/judge.ts'
import { readPolicy } from '../guards/policy.ts'
import { Words } from '../words/words.ts'

export const names = { call: '/call', umbrella: '/movoice' }
const words = fc.constantFrom(new Words('en', names), new Words('hi', names))
/** Texts as they come from outside: long, empty, right to left, emoji, and those that would call a channel. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '<!channel> <!here> <!subteam^SEVIL> <@UEVIL> <#CEVIL|x> <https://evil.example|click>',
    '&lt;!channel&gt; <<!here>> <!date^1^{date}|x> <mailto:evil@evil.example|x> @channel @here',
    '\u202e<!everyone>\u202c \u0000 *bold* ~x~ `code',
    'مرحبا بالعالم '.repeat(300),
    '👨‍👩‍👧‍👦'.repeat(700),
    '&<>'.repeat(2000),
    '```\n*_~`'.repeat(400),
    'क्षत्रिय '.repeat(800),
    '\ud83d',
    'a'.repeat(9000),
    '\n'.repeat(400),
  ),
)
export const short = nasty.map((text) => text.replace(/[\ud800-\udfff]/gu, ''))
const maybe = fc.option(short, { nil: null })
const variables = fc.dictionary(fc.string({ minLength: 1, maxLength: 30 }), short, { maxKeys: 30 })
const phone = fc.constantFrom('+12025550101', '+919876543210', '+18005550100', '+870773111632')
const request: fc.Arbitrary<Request> = fc.record({
  phone,
  agentId: fc.constant('agent_1'),
  agentName: short,
  variables,
  fromNumber: fc.option(phone, { nil: undefined }),
  maxDuration: fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined }),
  scheduleAt: fc.option(fc.integer({ min: 1, max: 4_000_000_000 }), { nil: undefined }),
})
const result = fc.record({
  duration: fc.option(fc.double({ min: -10, max: 1e6, noNaN: true }), { nil: null }),
  summary: maybe,
  sentiment: maybe,
  outcome: maybe,
  reason: maybe,
  transcript: maybe,
  transcript_url: maybe,
  recording_url: maybe,
})
const failure = fc.record({
  name: fc.constantFrom('ServerError', 'card', 'TypeError', 'OutcomeUnknownError'),
  message: short,
  retryAfterMs: fc.constant(null),
  candidates: fc.array(short, { maxLength: 9 }),
  reference: fc.constant('abc'),
})
const call: fc.Arbitrary<Call> = fc.record({
  id: fc.uuid(),
  team: fc.constant('T1'),
  user: fc.constant('U1'),
  entry: fc.constant('command' as const),
  request,
  state: fc.constantFrom(...callStates),
  callId: maybe,
  channel: fc.constant('C1'),
  cardTs: fc.constant('1.1'),
  threadTs: fc.constant(null),
  result: fc.option(result, { nil: null }),
  failure: fc.option(failure, { nil: null }),
  actions: fc.array(short, { maxLength: 5 }),
  revision: fc.constant(1),
  shownRevision: fc.constant(0),
  told: fc.constant('no' as const),
  batchId: fc.constant(null),
  createdAt: fc.constant(1_767_225_600_000),
  endedAt: fc.constant(null),
})
const draft: fc.Arbitrary<Draft> = request.map((one) => ({
  id: 'd1',
  team: 'T1',
  user: 'U1',
  channel: 'C1',
  threadTs: null,
  entry: 'command',
  request: one,
  generation: 1,
  answered: [],
  createdAt: 0,
}))
export const policy = readPolicy({
  supportUrl: 'https://example.com/?a=1&b=2',
  callers: { users: [], groups: [], channels: ['C1'] },
})
const asked = fc.record({
  kind: fc.constant('ask' as const),
  why: fc.constantFrom('recent', 'unknown_zone', 'doubtful'),
  phone,
})
const whys = fc.oneof(
  fc.constantFrom('read:no_country', 'read:empty', 'duplicate:3', 'judge:quiet_hours', 'judge:recent'),
  short,
)
const refusals: readonly Refusal[] = [
  'kill_switch',
  'guest',
  'not_a_caller',
  'wrong_channel',
  'emergency',
  'premium',
  'do_not_call',
  'quota_person',
  'quota_workspace',
  'quiet_hours',
]
const aBatch = fc
  .record({
    text: short,
    whys: fc.array(whys, { maxLength: 40 }),
    state: fc.constantFrom('draft', 'sending', 'placed', 'done', 'unknown', 'refused', 'not_placed'),
    failure: fc.option(failure, { nil: null }),
  })
  .map(
    ({ text, whys: rejected, state, failure: broken }): Batch => ({
      id: 'b1',
      team: 'T1',
      user: 'U1',
      channel: 'C1',
      cardTs: null,
      state: state as Batch['state'],
      batchId: null,
      createdAt: 0,
      failure: broken,
      request: {
        agentId: 'a',
        agentName: text,
        scheduleAt: 1_767_225_600,
        rows: [{ row: 2, phone: '+12025550101', variables: {} }],
        asking: rejected.map((_why, index) => ({
          row: index + 90,
          phone: '+18005550100',
          variables: { [text]: text },
          questions: ['unknown_zone', 'doubtful'],
        })),
        rejected: rejected.map((why, index) => ({ row: index + 3, text, why })),
      },
    }),
  )
export const parts = fc.record({
  words,
  call,
  calls: fc.array(call, { maxLength: 30 }),
  draft,
  asked: fc.option(asked, { nil: undefined }),
  batch: aBatch,
  request,
  text: short,
  other: short,
  choices: fc.uniqueArray(phone, { maxLength: 12 }),
  ids: fc
    .constantFrom(0, 1, 99, 100, 101, 350, 1700)
    .map((count) => Array.from({ length: count }, (_, index) => `U${index}`)),
  flag: fc.boolean(),
  refusal: fc.constantFrom(...refusals),
  number: fc.integer({ min: -5, max: 2_000_000_000 }),
})
export type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never
