import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Batch } from '../calls/batch-model.ts'
import { type Call, callStates, type Draft, type Request } from '../calls/model.ts'
import { readPolicy } from '../guards/policy.ts'
import { blockProblems, messageProblems, optionProblems, viewProblems } from '../testing/limits.ts'
import { Words } from '../words/words.ts'
import { agentDiffView, agentEditView, agentMessage, promptParts } from './agent.ts'
import { batchCard, batchDone, batchPreviewView, batchView } from './batch.ts'
import { callView } from './call-modal.ts'
import { callCard, pagesOf, threadMessage } from './card.ts'
import { confirmMessage, confirmView, problemText, refusalText } from './confirm.ts'
import { hidePhones } from './describe.ts'
import { homeView } from './home.ts'
import { clip, clipMrkdwn, message, option, section } from './kit.ts'
import { agentsMessage, callsMessage, statusMessage } from './lists.ts'
import { settingsView } from './settings.ts'
import { transcriptView } from './transcript.ts'

const names = { call: '/call', umbrella: '/movoice' }
const words = fc.constantFrom(new Words('en', names), new Words('hi', names))
/** Texts as they come from outside: long, empty, right to left, emoji, and those that would call a channel. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '<!channel> <!here> <@U123> <#C123|x> <https://evil.example|click>',
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
const short = nasty.map((text) => text.replace(/[\ud800-\udfff]/gu, ''))
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
const policy = readPolicy({
  supportUrl: 'https://example.com/?a=1&b=2',
  callers: { users: [], groups: [], channels: ['C1'] },
})
const runs = { numRuns: 150 }

describe('Slack takes', () => {
  test('every card and thread', () => {
    fc.assert(
      fc.property(call, fc.boolean(), words, (one, full, say) => {
        expect(messageProblems(callCard(one, full, say))).toEqual([])
        expect(messageProblems(threadMessage(one, full, true, say))).toEqual([])
      }),
      runs,
    )
  })

  test('every question, refusal and problem', () => {
    const asked = fc.option(
      fc.record({
        kind: fc.constant('ask' as const),
        why: fc.constantFrom('recent', 'unknown_zone', 'doubtful'),
        phone,
      }),
      { nil: undefined },
    )
    fc.assert(
      fc.property(draft, asked, short, words, (one, question, text, say) => {
        expect(messageProblems(confirmMessage(one, question, 0, policy, say))).toEqual([])
        expect(viewProblems(confirmView(one, question, 0, policy, say))).toEqual([])
        const refusal = refusalText('quiet_hours', { phone: '+18005550100', policy, now: 0 }, say)
        const problem = problemText('loose_word', text, text, say)
        expect(messageProblems(message(problem, section(problem), section(refusal)))).toEqual([])
      }),
      runs,
    )
  })

  test('every form', () => {
    fc.assert(
      fc.property(request, short, fc.array(phone, { maxLength: 12 }), words, (one, text, choices, say) => {
        const memory = { n: 'n', c: 'C1', t: null, e: 'modal' as const }
        const { agentId: _id, agentName, ...start } = one
        expect(
          viewProblems(
            callView(
              memory,
              { ...start, agent: { id: 'a', name: agentName }, choices: [...new Set(choices)] },
              say,
            ),
          ),
        ).toEqual([])
        expect(viewProblems(batchView(memory, say))).toEqual([])
        expect(
          viewProblems(
            settingsView(
              { policy, doNotCall: choices.length, agentName: text, ownKey: true, groups: [] },
              say,
            ),
          ),
        ).toEqual([])
        expect(optionProblems([option(text, text === '' ? 'x' : text)])).toEqual([])
      }),
      runs,
    )
  })

  test('every list, agent and transcript', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), short, short, words, (calls, text, other, say) => {
        const lines = calls.map((one) => ({
          id: one.id,
          state: one.state,
          phone: one.request.phone,
          agentName: text,
          at: 1,
          outcome: other,
        }))
        expect(messageProblems(callsMessage(lines, true, true, say))).toEqual([])
        expect(
          messageProblems(
            agentsMessage(
              Array.from({ length: 100 }, (_, index) => ({
                id: `a${index}`,
                name: text === '' ? 'x' : text,
                status: other,
              })),
              say,
            ),
          ),
        ).toEqual([])
        expect(
          messageProblems(
            agentMessage({ agent_id: 'a', name: text, prompt: text, voice_id: other }, true, say),
          ),
        ).toEqual([])
        expect(
          viewProblems(agentEditView({ agent_id: 'a', prompt: text, voice_id: other }, '{}', say)),
        ).toEqual([])
        expect(
          viewProblems(
            agentDiffView(
              { before: { prompt: text, voice: text }, after: { prompt: other, voice: other } },
              '{}',
              say,
            ),
          ),
        ).toEqual([])
        expect(viewProblems(transcriptView('c', text, 1, say))).toEqual([])
        expect(
          messageProblems(
            statusMessage(
              {
                call_id: text === '' ? 'c' : text,
                status: 'completed',
                summary: text,
                transcript: other,
                recording_url: text,
              },
              text,
              true,
              say,
            ),
          ),
        ).toEqual([])
        expect(
          viewProblems(
            homeView(
              { calls, count: 100, offset: 25, used: 1, policy, mayAdminister: true, hasKey: false },
              say,
            ),
          ),
        ).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('every batch', () => {
    const whys = [
      'read:no_country',
      'read:empty',
      'duplicate:3',
      'judge:quiet_hours',
      'judge:recent',
      'judge:do_not_call',
      'read:short_number',
    ]
    fc.assert(
      fc.property(
        short,
        fc.array(fc.constantFrom(...whys), { maxLength: 60 }),
        fc.constantFrom('draft', 'placed', 'done', 'unknown', 'refused'),
        words,
        (text, rejected, state, say) => {
          const asking = rejected.map((_why, index) => ({
            row: index + 90,
            phone: '+18005550100',
            variables: { [text]: text },
            questions: ['unknown_zone', 'doubtful'] as const,
          }))
          const batch: Batch = {
            id: 'b1',
            team: 'T1',
            user: 'U1',
            channel: 'C1',
            cardTs: null,
            state: state as Batch['state'],
            batchId: null,
            createdAt: 0,
            failure: null,
            request: {
              agentId: 'a',
              agentName: text,
              rows: [{ row: 2, phone: '+12025550101', variables: {} }],
              asking,
              scheduleAt: 1_767_225_600,
              rejected: rejected.map((why, index) => ({ row: index + 3, text, why })),
            },
          }
          const warning = refusalText('quota_person', { policy, now: 0 }, say)
          for (const mayAsk of [true, false])
            expect(viewProblems(batchPreviewView({ batch, memory: '{}', mayAsk, warning }, say))).toEqual([])
          const counts = { count: 5, found: 3, completed: 1, failed: 2 }
          expect(messageProblems(batchCard(batch, counts, say))).toEqual([])
          expect(messageProblems(batchDone('U1', counts, say))).toEqual([])
        },
      ),
      runs,
    )
  })
})

test('the validator finds what Slack would refuse', () => {
  const text = (length: number) => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } })
  expect(blockProblems([text(3000)], 'message')).toEqual([])
  expect(blockProblems([text(3001)], 'message')).toHaveLength(1)
  expect(blockProblems([text(0)], 'message')).toHaveLength(1)
  expect(
    blockProblems(
      Array.from({ length: 51 }, () => text(1)),
      'message',
    ),
  ).toHaveLength(1)
  expect(blockProblems([{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], 'message')).toHaveLength(1)
  expect(
    blockProblems([{ type: 'section', text: { type: 'mrkdwn', text: '<!channel>' } }], 'message'),
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
  expect(hidePhones('at 14:30 for 1,200')).toBe('at 14:30 for 1,200')
})

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
