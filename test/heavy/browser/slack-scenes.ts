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
import { doNotCallText, doNotCallView } from '../../../packages/slack/src/blocks/do-not-call.ts'
import { homeView } from '../../../packages/slack/src/blocks/home.ts'
import { agentsMessage, callsMessage, statusMessage } from '../../../packages/slack/src/blocks/lists.ts'
import { noteView } from '../../../packages/slack/src/blocks/note.ts'
import { settingsView } from '../../../packages/slack/src/blocks/settings.ts'
import { transcriptView } from '../../../packages/slack/src/blocks/transcript.ts'
import {
  agent,
  batch,
  call,
  draft,
  en,
  failure,
  hi,
  listed,
  memory,
  NOW,
  note,
  policy,
  request,
  result,
  TRANSCRIPT,
} from './slack-fixtures.ts'

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
    name: 'question-scheduled',
    title: 'A call for later: the time it will be there then',
    shown: confirmMessage(
      {
        ...draft,
        request: { ...request, scheduleAt: NOW / 1000 + 7200, fromNumber: '+12025550199', maxDuration: 600 },
      },
      undefined,
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
    name: 'card-failed-hindi',
    title: 'Nobody answered, in Hindi',
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
      hi,
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
    name: 'thread-hindi',
    title: 'The thread in Hindi',
    shown: threadMessage(call({ state: 'completed', result }), true, true, hi),
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
    name: 'form-hindi',
    title: 'The form in Hindi',
    shown: callView(
      memory,
      {
        phone: '+91 98765 43210',
        variables: { name: 'आशा राव' },
        agent: { id: 'agent_clinic', name: 'Clinic reception' },
      },
      hi,
    ),
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
  { name: 'agent', title: '/movoice agent, for an admin', shown: agentMessage(agent, 'T1', true, en) },
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
  {
    name: 'agent-conflict',
    title: 'The agent was changed by somebody else meanwhile',
    shown: agentDiffView(
      {
        before: { prompt: agent.prompt.replace('free slots', 'last free slots'), voice: agent.voice_id },
        after: { prompt: agent.prompt.replace('this week', 'the next two weeks'), voice: agent.voice_id },
        isConflict: true,
      },
      '{}',
      en,
    ),
  },

  {
    name: 'transcript',
    title: 'A transcript',
    shown: transcriptView({ id: 'c1', team: 'T1' }, TRANSCRIPT, 0, en),
  },
  { name: 'batch', title: 'Calling many people', shown: batchView({ ...memory, e: 'batch' }, en) },
  {
    name: 'batch-preview',
    title: 'The preview of a batch',
    shown: batchPreviewView({ batch, memory: '{}', mayAsk: true }, en),
  },
  {
    name: 'batch-preview-hindi',
    title: 'The preview in Hindi, where no admin allows numbers that need a second look',
    shown: batchPreviewView({ batch, memory: '{}', mayAsk: false }, hi),
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
    name: 'batch-unknown',
    title: 'A batch whose answer was lost',
    shown: batchCard(
      { ...batch, state: 'unknown', batchId: null, failure: { ...failure, name: 'OutcomeUnknownError' } },
      { count: 24, found: 7, completed: 2, failed: 1 },
      en,
    ),
  },
  {
    name: 'batch-done-hindi',
    title: 'A batch that is done, in Hindi',
    shown: batchCard({ ...batch, state: 'done' }, { count: 24, found: 24, completed: 19, failed: 5 }, hi),
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
    name: 'settings-hindi',
    title: 'Settings in Hindi, where the app may not read user groups',
    shown: settingsView(
      { policy, doNotCall: 1, agentName: undefined, ownKey: false, groups: 'unreadable' },
      hi,
    ),
  },
  {
    name: 'do-not-call',
    title: 'The do-not-call list',
    shown: doNotCallView(214, 'T1', en),
  },
  {
    name: 'do-not-call-saved',
    title: 'What became of a change to it',
    shown: noteView(
      en.plain('dnc.title'),

      doNotCallText(
        {
          added: 1200,
          removed: 1,
          count: 1413,
          unread: [
            { row: 17, text: 'n/a' },
            { row: 230, text: '98765' },
          ],
        },
        en,
      ),
      en.plain('modal.back'),
    ),
  },

  {
    name: 'home',
    title: 'Home',
    shown: homeView(
      {
        team: 'T1',
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
        team: 'T1',
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
  {
    name: 'help-hindi',
    title: '/movoice help in Hindi',
    shown: note(hi.mrkdwn('help.text')),
  },
]
