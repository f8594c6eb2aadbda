// Every builder of messages and views, with everything that could come from outside.
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageProblems, optionProblems, viewProblems } from '../testing/limits.ts'
import { names, type Parts, parts, policy, short } from '../testing/parts.ts'
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
  failureLines: ({ call: { failure: broken }, words: say }) =>
    broken === null ? [] : inMessage(describe.failureLines(broken, say)),
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
