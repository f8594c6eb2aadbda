// Every message, form and page of the Slack app, with people and numbers that do not exist.

import { agentDiffView, agentEditView, agentMessage } from '../../../packages/slack/src/blocks/agent.ts'
import { batchCard, batchPreviewView, batchView } from '../../../packages/slack/src/blocks/batch.ts'
import { callView } from '../../../packages/slack/src/blocks/call-modal.ts'
import { callCard, threadMessage } from '../../../packages/slack/src/blocks/card.ts'
import {
  confirmMessage,
  confirmView,
  problemText,
  refusalText,
} from '../../../packages/slack/src/blocks/confirm.ts'
import { homeView } from '../../../packages/slack/src/blocks/home.ts'
import { message, section } from '../../../packages/slack/src/blocks/kit.ts'
import { agentsMessage, callsMessage, statusMessage } from '../../../packages/slack/src/blocks/lists.ts'
import { settingsView } from '../../../packages/slack/src/blocks/settings.ts'
import { transcriptView } from '../../../packages/slack/src/blocks/transcript.ts'
import type { Batch } from '../../../packages/slack/src/calls/batch-model.ts'
import type { Call, Draft } from '../../../packages/slack/src/calls/model.ts'
import { readPolicy } from '../../../packages/slack/src/guards/policy.ts'
import { Words } from '../../../packages/slack/src/words/words.ts'

export interface Scene {
  readonly name: string
  readonly title: string
  readonly shown: {
    readonly text?: string
    readonly blocks?: unknown
    readonly type?: string
    readonly title?: { readonly text: string }
    readonly submit?: { readonly text: string }
    readonly close?: { readonly text: string }
  }
}

const names = { call: '/call', umbrella: '/movoice' }
const en = new Words('en', names)
const hi = new Words('hi', names)
const NOW = Date.UTC(2026, 0, 15, 17)
const policy = readPolicy({
  supportUrl: 'https://example.com/help',
  callers: { users: [], groups: [], channels: ['C1'] },
})
const TRANSCRIPT =
  'agent: Good morning, this is the reception of Lotus Dental. Am I speaking to Asha?\nuser: Yes, speaking.\nagent: You asked for a check-up this week. Would Friday at 16:30 suit you?\nuser: Friday is fine.\nagent: Booked. We will send a reminder the day before. Goodbye!'
const result = {
  duration: 83,
  summary: 'Asha booked a check-up for Friday at 16:30 and wants a reminder the day before.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  reason: null,
  transcript: TRANSCRIPT,
  transcript_url: null,
  recording_url: 'https://example.com/recording.mp3',
}
const request = {
  phone: '+12025550101',
  agentId: 'agent_clinic',
  agentName: 'Clinic reception',
  variables: { name: 'Asha Rao', amount_due: '1,200' },
}
const call = (change: Partial<Call>): Call => ({
  id: 'c1',
  team: 'T1',
  user: 'U1',
  entry: 'command',
  request,
  state: 'placed',
  callId: 'call_8f2k1',
  channel: 'C1',
  cardTs: '1.1',
  threadTs: null,
  result: null,
  failure: null,
  actions: [],
  revision: 1,
  shownRevision: 0,
  told: 'no',
  batchId: null,
  createdAt: NOW,
  endedAt: null,
  ...change,
})
const draft: Draft = {
  id: 'd1',
  team: 'T1',
  user: 'U1',
  channel: 'C1',
  threadTs: null,
  entry: 'command',
  request,
  generation: 1,
  answered: [],
  createdAt: NOW,
}
const failure = {
  name: 'UnprocessableError',
  message: 'The agent is not active.',
  retryAfterMs: null,
  candidates: [],
  reference: 'k3Jd92xQ',
}
const batch: Batch = {
  id: 'b1',
  team: 'T1',
  user: 'U1',
  channel: 'C1',
  cardTs: null,
  state: 'placed',
  batchId: 'batch_1',
  failure: null,
  createdAt: NOW,
  request: {
    agentId: 'agent_reminder',
    agentName: 'Payment reminder',
    rows: Array.from({ length: 24 }, (_, index) => ({
      row: index + 2,
      phone: `+120255501${String(index + 10)}`,
      variables: {},
    })),
    asking: [
      { row: 12, phone: '+18005550100', variables: {}, questions: ['unknown_zone'] },
      { row: 17, phone: '+12020550101', variables: {}, questions: ['doubtful'] },
    ],
    rejected: [
      { row: 7, text: '98765', why: 'read:too_short' },
      { row: 9, text: '+12025550110', why: 'duplicate:2' },
      { row: 15, text: '+91 98•••', why: 'judge:quiet_hours' },
      { row: 21, text: '+12025•••', why: 'judge:do_not_call' },
    ],
  },
}
const memory = { n: 'n', c: 'C1', t: null, e: 'modal' as const }
const agent = {
  agent_id: 'agent_clinic',
  name: 'Clinic reception',
  status: 'active',
  prompt:
    'You are the reception of Lotus Dental Clinic.\nGreet {{name}} and offer the free slots of this week.\nBook the one that suits.',
  voice_id: 'sarvam_hindi_female_01',
}
const note = (text: string) => message(text, section(text))
const listed = (id: string, state: string, outcome: string | null, phone = '+12025550101') => ({
  id,
  state,
  phone,
  agentName: 'Clinic reception',
  at: NOW / 1000,
  outcome,
})

export const scenes: readonly Scene[] = [
  {
    name: 'question',
    title: 'Before a phone rings, only the person who asked sees this',
    shown: confirmMessage(draft, undefined, NOW, policy, en),
  },
  {
    name: 'question-again',
    title: 'The same number within a minute',
    shown: confirmMessage(
      draft,
      { kind: 'ask', why: 'recent', phone: request.phone, seconds: 20 },
      NOW,
      policy,
      en,
    ),
  },
  {
    name: 'question-zone',
    title: 'A number that may be anywhere on a continent',
    shown: confirmMessage(
      { ...draft, request: { ...request, phone: '+18005550100' } },
      { kind: 'ask', why: 'unknown_zone', phone: '+18005550100' },
      NOW,
      policy,
      en,
    ),
  },
  {
    name: 'question-hindi',
    title: 'The question in Hindi',
    shown: confirmMessage(
      { ...draft, request: { ...request, phone: '+919876543210' } },
      undefined,
      NOW - 36_000_000,
      policy,
      hi,
    ),
  },
  {
    name: 'refused',
    title: 'Quiet hours where the person is',
    shown: note(refusalText('quiet_hours', { phone: '+919876543210', policy, now: NOW }, en)),
  },
  {
    name: 'not-understood',
    title: 'A number without a country',
    shown: note(problemText('no_country', '98765 43210', undefined, en)),
  },
  {
    name: 'card-placing',
    title: 'The card, before the phone rings',
    shown: callCard(call({ state: 'claimed' }), false, en),
  },
  {
    name: 'card-ringing',
    title: 'Ringing: the number is masked in a channel',
    shown: callCard(call({}), false, en),
  },
  {
    name: 'card-active',
    title: 'On the phone',
    shown: callCard(call({ state: 'active', actions: ['check_calendar'] }), false, en),
  },
  {
    name: 'card-completed',
    title: 'Completed',
    shown: callCard(call({ state: 'completed', result, endedAt: NOW }), false, en),
  },
  {
    name: 'card-completed-hindi',
    title: 'Completed, in Hindi',
    shown: callCard(call({ state: 'completed', result, endedAt: NOW }), false, hi),
  },
  {
    name: 'card-failed',
    title: 'Nobody answered',
    shown: callCard(
      call({
        state: 'failed',
        result: {
          ...result,
          summary: null,
          transcript: null,
          recording_url: null,
          outcome: null,
          sentiment: null,
          reason: 'no_answer',
          duration: 32,
        },
      }),
      false,
      en,
    ),
  },
  {
    name: 'card-refused',
    title: 'Movoice said no',
    shown: callCard(call({ state: 'refused', callId: null, failure }), false, en),
  },
  {
    name: 'card-unknown',
    title: 'The answer was lost',
    shown: callCard(
      call({
        state: 'unknown',
        callId: null,
        failure: { ...failure, name: 'OutcomeUnknownError', candidates: ['call_8f2k1'] },
      }),
      false,
      en,
    ),
  },
  {
    name: 'card-scheduled',
    title: 'Scheduled',
    shown: callCard(
      call({ state: 'scheduled', request: { ...request, scheduleAt: NOW / 1000 + 86_400 } }),
      false,
      en,
    ),
  },
  {
    name: 'thread',
    title: 'The thread of a card',
    shown: threadMessage(call({ state: 'completed', result }), false, false, en),
  },
  {
    name: 'thread-direct',
    title: 'The thread in a conversation of two: nothing hidden',
    shown: threadMessage(call({ state: 'completed', result }), true, true, en),
  },
  {
    name: 'form',
    title: 'The form',
    shown: callView(
      memory,
      {
        phone: '+1 202 555 0101',
        variables: { name: 'Asha Rao' },
        agent: { id: 'agent_clinic', name: 'Clinic reception' },
      },
      en,
    ),
  },
  {
    name: 'form-choice',
    title: 'Call this number, where a message has two',
    shown: callView(memory, { choices: ['+12025550101', '+919876543210'] }, en),
  },
  {
    name: 'form-question',
    title: 'The question behind the form',
    shown: confirmView(draft, undefined, NOW, policy, en),
  },
  {
    name: 'calls',
    title: '/movoice calls',
    shown: callsMessage(
      [
        listed('call_8f2k1', 'completed', 'BOOKED'),
        listed('call_8f2k0', 'failed', null),
        listed('call_8f2jz', 'active', null, '+919876543210'),
      ],
      true,
      false,
      en,
    ),
  },
  {
    name: 'status',
    title: '/movoice status, for somebody who may see it all',
    shown: statusMessage(
      {
        call_id: 'call_8f2k1',
        status: 'completed',
        recipient_phone: request.phone,
        created_at: NOW / 1000,
        ...result,
      },
      'Clinic reception',
      true,
      en,
    ),
  },
  {
    name: 'agents',
    title: '/movoice agents',
    shown: agentsMessage(
      [
        { id: 'agent_clinic', name: 'Clinic reception', status: 'active' },
        { id: 'agent_reminder', name: 'Payment reminder', status: 'active' },
      ],
      en,
    ),
  },
  { name: 'agent', title: '/movoice agent, for an admin', shown: agentMessage(agent, true, en) },
  { name: 'agent-edit', title: 'Editing an agent', shown: agentEditView(agent, '{}', en) },
  {
    name: 'agent-difference',
    title: 'The difference, before it is saved',
    shown: agentDiffView(
      {
        before: { prompt: agent.prompt, voice: agent.voice_id },
        after: {
          prompt: agent.prompt.replace('this week', 'the next two weeks'),
          voice: 'sarvam_hindi_male_02',
        },
      },
      '{}',
      en,
    ),
  },
  { name: 'transcript', title: 'A transcript', shown: transcriptView('c1', TRANSCRIPT, 0, en) },
  { name: 'batch', title: 'Calling many people', shown: batchView({ ...memory, e: 'batch' }, en) },
  {
    name: 'batch-preview',
    title: 'The preview of a batch',
    shown: batchPreviewView({ batch, memory: '{}', mayAsk: true }, en),
  },
  {
    name: 'batch-progress',
    title: 'A batch under way',
    shown: batchCard(batch, { count: 24, found: 17, completed: 11, failed: 3 }, en),
  },
  {
    name: 'batch-done',
    title: 'A batch that is done',
    shown: batchCard({ ...batch, state: 'done' }, { count: 24, found: 24, completed: 19, failed: 5 }, en),
  },
  {
    name: 'settings',
    title: 'Settings',
    shown: settingsView(
      {
        policy: { ...policy, callers: { ...policy.callers, groups: ['S1'] } },
        doNotCall: 214,
        agentName: 'Clinic reception',
        ownKey: true,
        groups: [{ id: 'S1', name: '@frontdesk · Front desk' }],
      },
      en,
    ),
  },
  {
    name: 'home',
    title: 'Home',
    shown: homeView(
      {
        calls: [
          call({ state: 'completed', result }),
          call({ id: 'c2', callId: 'call_8f2k0', state: 'failed' }),
          call({ id: 'c3', callId: 'call_8f2jz', state: 'active' }),
        ],
        count: 3,
        offset: 0,
        used: 3,
        policy,
        mayAdminister: true,
        hasKey: true,
      },
      en,
    ),
  },
  {
    name: 'home-hindi',
    title: 'Home, in Hindi',
    shown: homeView(
      {
        calls: [],
        count: 0,
        offset: 0,
        used: 0,
        policy: { ...policy, killSwitch: true },
        mayAdminister: false,
        hasKey: true,
      },
      hi,
    ),
  },
  { name: 'help', title: '/movoice help', shown: note(en.mrkdwn('help.text')) },
]
