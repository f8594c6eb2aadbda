// Every builder of messages and views, with everything that could come from outside.
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../calls/batch-model.ts'
import { type Call, callStates, type Draft, type Request } from '../calls/model.ts'
import type { Refusal } from '../guards/judge.ts'
import { readPolicy } from '../guards/policy.ts'
import { messageProblems, optionProblems, viewProblems } from '../testing/limits.ts'
import { en } from '../words/en.ts'
import { type Text, Words } from '../words/words.ts'
import * as agent from './agent.ts'
import * as batch from './batch.ts'
import * as callModal from './call-modal.ts'
import * as card from './card.ts'
import * as confirm from './confirm.ts'
import * as describe from './describe.ts'
import * as doNotCall from './do-not-call.ts'
import * as home from './home.ts'
import { type Message, message, option, section } from './kit.ts'
import * as lists from './lists.ts'
import * as note from './note.ts'
import * as settings from './settings.ts'
import * as transcript from './transcript.ts'

const names = { call: '/call', umbrella: '/movoice' }
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
const parts = fc.record({
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
type Parts = typeof parts extends fc.Arbitrary<infer T> ? T : never

const inMessage = (text: string): string[] => messageProblems(message(text, section(text)))
const inPlain = (text: string): string[] =>
  viewProblems(note.noteView('x', section(text === '' ? 'x' : 'x').text?.text ?? '', text))
const ofMessage = (made: Message): string[] => messageProblems(made)
const memory = { n: 'n', c: 'C1', t: null, e: 'modal' as const, w: 'T1' }
const agentOf = ({ text, other }: Parts) => ({
  agent_id: 'a',
  name: text,
  prompt: text,
  voice_id: other,
  status: other,
})
const listed = ({ call: one, text, other }: Parts) => ({
  id: text,
  state: one.state,
  phone: one.request.phone,
  agentName: text,
  at: 1,
  outcome: other,
})
const movoiceCall = ({ text, other }: Parts) => ({
  call_id: text === '' ? 'c' : text,
  status: other,
  summary: text,
  transcript: other,
  recording_url: text,
  sentiment: other,
  reason: other,
  variables: { [text]: other },
})

/** What each exported builder makes of them, as the problems that Slack would have with it. */
const builders: Record<string, (given: Parts) => string[]> = {
  callCard: ({ call: one, flag, words: say }) => ofMessage(card.callCard(one, flag, say)),
  threadMessage: ({ call: one, flag, words: say }) => ofMessage(card.threadMessage(one, flag, true, say)),
  stateLine: ({ call: one, flag, words: say }) => inMessage(card.stateLine(one, flag, say)),
  reasonText: ({ text, words: say }) => inMessage(card.reasonText(text, say)),
  confirmBlocks: ({ draft: one, words: say }) =>
    ofMessage(message('x', ...confirm.confirmBlocks(one, 0, say))),
  confirmMessage: ({ draft: one, asked: why, words: say }) =>
    ofMessage(confirm.confirmMessage(one, why, 0, policy, say)),
  confirmView: ({ draft: one, asked: why, words: say }) =>
    viewProblems(confirm.confirmView(one, why, 0, policy, say)),
  questionText: ({ number, words: say }) => inMessage(confirm.questionText('recent', number, policy, say)),
  refusalText: ({ refusal, words: say }) =>
    inMessage(confirm.refusalText(refusal, { phone: '+18005550100', policy, now: 0 }, say)),
  problemText: ({ text, other, words: say }) =>
    inMessage(confirm.problemText('loose_word', text, other, say)),
  callView: ({ request: { agentId: _id, agentName, ...start }, choices, words: say }) =>
    viewProblems(callModal.callView(memory, { ...start, agent: { id: 'a', name: agentName }, choices }, say)),
  batchView: ({ words: say }) => viewProblems(batch.batchView(memory, say)),
  batchPreviewView: ({ batch: one, flag, text, words: say }) =>
    viewProblems(
      batch.batchPreviewView(
        {
          batch: one,
          memory: '{}',
          mayAsk: flag,
          warning: confirm.problemText('loose_word', text, text, say),
        },
        say,
      ),
    ),
  batchCard: ({ batch: one, number, words: say }) =>
    ofMessage(batch.batchCard(one, { count: 5, found: Math.max(0, number), completed: 1, failed: 2 }, say)),
  batchDone: ({ words: say }) =>
    ofMessage(batch.batchDone('U1', { count: 5, found: 5, completed: 1, failed: 4 }, say)),
  rowReason: ({ text, words: say }) => inPlain(batch.rowReason({ why: `judge:${text}` }, say)),
  settingsView: ({ ids, text, flag, words: say }) =>
    viewProblems(
      settings.settingsView(
        {
          policy: {
            ...policy,
            callers: { users: ids, groups: ids, channels: ids },
            viewers: ids,
            admins: ids,
            defaultAgent: 'a',
          },
          doNotCall: ids.length,
          agentName: text,
          ownKey: true,
          groups: flag ? 'unreadable' : ids.map((id) => ({ id, name: text === '' ? id : text })),
        },
        say,
      ),
    ),
  doNotCallView: ({ ids, words: say }) => viewProblems(doNotCall.doNotCallView(ids.length, 'T1', say)),
  doNotCallText: ({ ids, text, words: say }) =>
    inMessage(
      doNotCall.doNotCallText(
        { added: 1, removed: 0, count: 3, unread: ids.map((_id, row) => ({ row, text })) },
        say,
      ),
    ),
  homeView: ({ calls, number, flag, words: say }) =>
    viewProblems(
      home.homeView(
        {
          team: 'T1',
          calls,
          count: 100,
          offset: 25,
          used: number,
          policy,
          mayAdminister: flag,
          hasKey: flag,
        },
        say,
      ),
    ),
  callLine: (given) => inMessage(lists.callLine(listed(given), given.flag, given.words)),
  lineSections: ({ text, other }) =>
    ofMessage(message('x', ...lists.lineSections(['x', ...[text, other].map(escaped)]))),
  callsMessage: (given) =>
    ofMessage(
      lists.callsMessage(
        given.calls.map((one) => listed({ ...given, call: one })),
        given.flag,
        given.flag,
        given.words,
      ),
    ),
  statusMessage: (given) =>
    ofMessage(lists.statusMessage(movoiceCall(given), given.text, given.flag, given.words)),
  recordingText: ({ words: say }) => inMessage(lists.recordingText('https://example.com/r?a=1&b=2', say)),
  agentsMessage: ({ text, other, words: say }) =>
    ofMessage(
      lists.agentsMessage(
        Array.from({ length: 100 }, (_, index) => ({ id: `a${index}`, name: text, status: other })),
        say,
      ),
    ),
  agentMessage: (given) => ofMessage(agent.agentMessage(agentOf(given), 'T1', given.flag, given.words)),
  agentEditView: (given) => viewProblems(agent.agentEditView(agentOf(given), '{}', given.words)),
  agentDiffView: ({ text, other, flag, words: say }) =>
    viewProblems(
      agent.agentDiffView(
        { before: { prompt: text, voice: text }, after: { prompt: other, voice: other }, isConflict: flag },
        '{}',
        say,
      ),
    ),
  noteView: ({ text, other }) => viewProblems(note.noteView(text, escaped(other), text)),
  transcriptView: ({ text, number, words: say }) =>
    viewProblems(transcript.transcriptView({ id: 'c', team: 'T1' }, text, number, say)),
  failureText: ({ call: { failure: broken }, words: say }) =>
    broken === null ? [] : inMessage(describe.failureText(broken, say)),
  localTimeText: ({ request: { phone: number }, flag, words: say }) =>
    inMessage(describe.localTimeText(number, 0, flag, say)),
  sentimentText: ({ text, words: say }) => inMessage(describe.sentimentText(text, say)),
  variablesText: ({ request: { variables: some } }) => inMessage(describe.variablesText(some).text),
  agentStatusText: ({ text, words: say }) => inPlain(describe.agentStatusText(text, say)),
  phoneText: ({ request: { phone: number }, flag }) => inMessage(describe.phoneText(number, flag)),
}
const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** Exported, but no builder: they cut, count or mark texts for those above, and have tests of their own. */
const helpers = [
  'about',
  'answerValue',
  'hidePhones',
  'isLink',
  'notShown',
  'pagesOf',
  'promptParts',
  'remember',
  'spoken',
]

test('there is no builder that is not tried', async () => {
  const exported: string[] = []
  for (const path of globSync(join(import.meta.dirname, '*.ts'))) {
    if (/(\.test|kit)\.ts$/.test(basename(path))) continue
    const all = (await import(path)) as Record<string, unknown>
    exported.push(...Object.keys(all).filter((name) => typeof all[name] === 'function'))
  }
  expect(exported.toSorted()).toEqual([...Object.keys(builders), ...helpers].toSorted())
})

test.each(Object.keys(builders))('%s: Slack takes it, and nobody is called or led away by it', (name) => {
  fc.assert(
    fc.property(parts, (given) => {
      expect(builders[name]?.(given)).toEqual([])
    }),
    { numRuns: 80 },
  )
})

test('an option of a select holds whatever an agent is called', () => {
  fc.assert(
    fc.property(short, (text) => {
      expect(optionProblems([option(text, text === '' ? 'x' : text)])).toEqual([])
    }),
  )
})

test('every text, filled with the worst, is one that Slack takes', () => {
  const worst = '<!channel> <@UEVIL> <https://evil.example|x> & `'
  for (const language of ['en', 'hi'] as const) {
    const say = new Words(language, names)
    for (const [key, text] of Object.entries(en) as [keyof typeof en, Text][]) {
      const holes = [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole ?? '')
      const filled = say.mrkdwn(key, Object.fromEntries(holes.map((hole) => [hole, worst])))
      // Two texts are links of the app's own, whose addresses are checked before they come here.
      const own = filled.replace(/<[^<>|]*\|/, '<https://example.com|')
      expect([key, inMessage(/^(recording\.link|home\.support)$/.test(key) ? own : filled)]).toEqual([
        key,
        [],
      ])
    }
  }
})
