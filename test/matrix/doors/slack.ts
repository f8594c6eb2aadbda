import {
  type Call,
  type Operation,
  type OperationName,
  operations,
  webhookEventTypes,
} from '@movoice-kit/core/contract'
import { type CallEvent, sampleCallEvent, toCallEvent } from '@movoice-kit/core/events'
import { agentEditView, agentMessage } from '../../../packages/slack/src/blocks/agent.ts'
import { batchCard, batchView } from '../../../packages/slack/src/blocks/batch.ts'
import { callView } from '../../../packages/slack/src/blocks/call-modal.ts'
import { callCard, threadMessage } from '../../../packages/slack/src/blocks/card.ts'
import { failureText, phoneText } from '../../../packages/slack/src/blocks/describe.ts'
import { agentsMessage, callsMessage, statusMessage } from '../../../packages/slack/src/blocks/lists.ts'
import { named } from '../../../packages/slack/src/calls/agents.ts'
import { failureOf } from '../../../packages/slack/src/calls/failure.ts'
import { type Folded, fold, isChanged } from '../../../packages/slack/src/calls/fold.ts'
import type { Call as SlackCall } from '../../../packages/slack/src/calls/model.ts'
import { defaultNames } from '../../../packages/slack/src/manifest.ts'
import { readFilters } from '../../../packages/slack/src/parse/filters.ts'
import { en } from '../../../packages/slack/src/words/en.ts'
import { hi } from '../../../packages/slack/src/words/hi.ts'
import { Words } from '../../../packages/slack/src/words/words.ts'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'
import { filled, fullInput } from '../full-api.ts'

type Json = Record<string, unknown>

/** How help tells of an operation; an agent is changed by the button under it. */
const inHelp: Readonly<Record<string, RegExp>> = {
  'calls.create': /\{call\} \+91/,
  'calls.list': /\{umbrella\} calls /,
  'calls.get': /\{umbrella\} status /,
  'calls.createBatch': /\{umbrella\} batch/,
  'agents.list': /\{umbrella\} agents`/,
  'agents.get': /\{umbrella\} agent /,
}

/** Blocks of a form, by what they fill in. */
const BLOCKS: Readonly<Record<string, string>> = {
  phone: 'recipient_phone',
  agent: 'agent_id',
  from: 'from_number',
  max: 'max_duration',
  schedule: 'schedule_at',
  file: 'recipients',
  prompt_0: 'prompt',
  voice: 'voice_id',
}

const words = new Words('en', defaultNames)
const memory = { n: 'n', c: 'C1', t: null, e: 'modal' as const, w: 'T1' }
const agent = filled(operations['agents.get'].output) as { agent_id: string }
const fullCall = filled(operations['calls.get'].output) as unknown as Call
const text = (shown: unknown): string => JSON.stringify(shown)

/** What a person sees of an operation's answer. */
function screens(name: OperationName): string {
  const completed = { ...fullCall, reason: null } as Call
  const failed = { ...fullCall, status: 'failed' } as Call
  switch (name) {
    case 'calls.create':
      return text([cardOf({}), threadMessage(slackCall({}), true, true, words)])
    case 'calls.get':
      return text([completed, failed].map((call) => statusMessage(call, String(call.agent_id), true, words)))
    case 'calls.list':
      return text(
        callsMessage(
          [
            {
              id: fullCall.call_id,
              state: fullCall.status,
              phone: fullCall.recipient_phone ?? null,
              agentName: String(fullCall.agent_id),
              at: fullCall.created_at ?? null,
              outcome: fullCall.outcome ?? null,
            },
          ],
          false,
          true,
          words,
        ),
      )
    case 'agents.list':
      return text(agentsMessage([named(agent)], words))
    case 'agents.get':
    case 'agents.update':
      return text(agentMessage(agent, 'T1', true, words))
    default:
      return ''
  }
}

function slackCall(more: Partial<SlackCall>): SlackCall {
  return {
    id: '1',
    team: 'T1',
    user: 'U1',
    entry: 'command',
    request: {
      phone: String(fullCall.recipient_phone),
      agentId: String(fullCall.agent_id),
      agentName: String(fullCall.agent_id),
      variables: { customer: 'Asha' },
    },
    state: 'placed',
    callId: fullCall.call_id,
    channel: null,
    cardTs: null,
    threadTs: null,
    result: null,
    failure: null,
    actions: [],
    revision: 1,
    shownRevision: 0,
    told: 'no',
    batchId: null,
    createdAt: Number(fullCall.created_at) * 1000,
    endedAt: null,
    ...more,
  }
}

const cardOf = (more: Partial<SlackCall>) => callCard(slackCall(more), true, words)

/** How a value of the full answer looks on a card. */
function looksLike(field: string, value: unknown): string[] {
  if (field === 'recipient_phone') return [phoneText(String(value), true)]
  if (field === 'duration') return ['1 min 33 s']
  if (field === 'status') return ['Completed', ':white_check_mark:', 'Calling', String(value)]
  if (field === 'sentiment') return ['positive']
  if (field === 'reason') return [words.mrkdwn('reason.no_answer')]
  if (field === 'variables') return ['Asha']
  if (field === 'created_at') return [String(value)]
  return [String(value)]
}

const placed: Folded = { state: 'placed', result: null, actions: [], endedAt: null }
const changes = (event: CallEvent) => isChanged(placed, fold(placed, [event], 0))

/** The Slack app: its forms, its cards and its words, as people see them. */
export function slackDoor(): Door {
  return {
    name: 'slack',
    title: 'Slack',
    operation(name) {
      if (name === 'agents.update') return text(agentMessage(agent, 'T1', true, words)).includes('agent_edit')
      return inHelp[name]?.test(en['help.text']) === true
    },
    inputs(name) {
      const views: Readonly<Record<string, () => { readonly blocks: readonly object[] }>> = {
        'calls.create': () => callView(memory, {}, words),
        'calls.createBatch': () => batchView(memory, words),
        'agents.update': () => agentEditView(agent, '', words),
      }
      if (name === 'calls.list') return filtersTaken()
      // Of one call or agent, and of the agent that is changed, the id is what is asked with.
      const id = name === 'calls.get' ? ['call_id'] : name.startsWith('agents.') ? ['agent_id'] : []
      const blocks = (views[name]?.().blocks ?? []) as readonly { readonly block_id?: string }[]
      return [...id, ...blocks.flatMap(({ block_id = '' }) => [BLOCKS[block_id] ?? block_id])]
    },
    outputs(name) {
      if (name === 'calls.createBatch') return batchShown()
      const seen = screens(name)
      const { output, list }: Operation = operations[name]
      return Object.entries(filled(list?.item ?? output)).flatMap(([field, value]) =>
        looksLike(field, value).some((part) => seen.includes(part)) ? [field] : [],
      )
    },
    events: () =>
      [...webhookEventTypes, FUTURE_EVENT].filter((event_type) =>
        changes(toCallEvent({ event_type, call_id: 'call_1' })),
      ),
    eventFields() {
      const completed = sampleCallEvent('call.completed')
      const failed = sampleCallEvent('call.failed')
      const action = sampleCallEvent('action.triggered')
      const seen = [completed, failed, action].map((event) => {
        const { state, result, actions } = fold(placed, [event], 0)
        const call = slackCall({
          state,
          result,
          actions,
          request: {
            phone: String(event.recipient_phone),
            agentId: String(event.agent_id),
            agentName: String(event.agent_name),
            variables: (event.variables ?? {}) as Record<string, string>,
          },
        })
        return text([
          callCard(call, true, words),
          threadMessage({ ...call, callId: event.call_id }, true, true, words),
        ])
      })
      const shown: Readonly<Record<string, string>> = {
        type: 'Completed',
        status: 'Completed',
        call_id: String(completed.call_id),
        agent_name: String(completed.agent_name),
        recipient_phone: phoneText(String(completed.recipient_phone), true),
        duration: '1 min 32 s',
        summary: String(completed.summary),
        sentiment: 'positive',
        outcome: String(completed.outcome),
        reason: words.mrkdwn('reason.no_answer'),
        transcript: 'Hello Asha',
        recording_url: 'recording',
        transcript_url: String(completed.transcript_url),
        variables: 'Asha',
        action_name: String(action.action_name),
      }
      return Object.entries(shown).flatMap(([field, part]) => (seen.join('\n').includes(part) ? [field] : []))
    },
    tells({ error }) {
      const key = `fail.${error.name}`
      const known = Object.hasOwn(en, key) && Object.hasOwn(hi, key)
      return known && failureText(failureOf(error, 'ref-1'), words).includes('ref-1')
    },
  }
}

function filtersTaken(): string[] {
  const tried: Readonly<Record<string, string>> = {
    status: 'failed',
    agent: 'clinic',
    from: '2026-11-01',
    to: '2026-11-02',
    limit: '5',
    offset: '5',
  }
  const { agent_id: _agent, ...fields } = fullInput(operations['calls.list']) as Json
  return ['agent', ...Object.keys(fields)]
    .filter((key) => readFilters(`${key}=${tried[key] ?? 'x'}`).ok)
    .map((key) => (key === 'agent' ? 'agent_id' : key))
}

function batchShown(): string[] {
  const batch = {
    id: '1',
    team: 'T1',
    user: 'U1',
    channel: null,
    cardTs: null,
    batchId: 'the-batch_id',
    failure: null,
    createdAt: 0,
    request: {
      agentId: 'a',
      agentName: 'a',
      rows: [{ row: 2, phone: '+12025550101', variables: {} }],
      rejected: [],
    },
  }
  const counts = { count: 1, found: 0, completed: 0, failed: 0 }
  const states = (['placed', 'done'] as const).map((state) =>
    text(batchCard({ ...batch, state }, counts, words)),
  )
  return [
    ...(states.some((state) => state.includes(batch.batchId)) ? ['batch_id'] : []),
    ...(new Set(states).size === 2 ? ['status'] : []),
  ]
}
