// People, numbers and calls that do not exist, for the pictures of the Slack app.
import { message, section } from '../../../packages/slack/src/blocks/kit.ts'
import type { Batch } from '../../../packages/slack/src/calls/batch-model.ts'
import type { Call, Draft } from '../../../packages/slack/src/calls/model.ts'
import { readPolicy } from '../../../packages/slack/src/guards/policy.ts'
import { Words } from '../../../packages/slack/src/words/words.ts'

export const names = { call: '/call', umbrella: '/movoice' }
export const en = new Words('en', names)
export const hi = new Words('hi', names)
export const NOW = Date.UTC(2026, 0, 15, 17)
export const policy = readPolicy({
  supportUrl: 'https://example.com/help',
  callers: { users: [], groups: [], channels: ['C1'] },
})
export const TRANSCRIPT =
  'agent: Good morning, this is the reception of Lotus Dental. Am I speaking to Asha?\nuser: Yes, speaking.\nagent: You asked for a check-up this week. Would Friday at 16:30 suit you?\nuser: Friday is fine.\nagent: Booked. We will send a reminder the day before. Goodbye!'
export const result = {
  duration: 83,
  summary: 'Asha booked a check-up for Friday at 16:30 and wants a reminder the day before.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  reason: null,
  transcript: TRANSCRIPT,
  transcript_url: null,
  recording_url: 'https://example.com/recording.mp3',
}
export const request = {
  phone: '+12025550101',
  agentId: 'agent_clinic',
  agentName: 'Clinic reception',
  variables: { name: 'Asha Rao', amount_due: '1,200' },
}
export const call = (change: Partial<Call>): Call => ({
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
export const draft: Draft = {
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
export const failure = {
  name: 'UnprocessableError',
  message: 'The agent is not active.',
  retryAfterMs: null,
  candidates: [],
  reference: 'k3Jd92xQ',
}
export const batch: Batch = {
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
export const memory = { n: 'n', c: 'C1', t: null, e: 'modal' as const, w: 'T1' }
export const agent = {
  agent_id: 'agent_clinic',
  name: 'Clinic reception',
  status: 'active',
  prompt:
    'You are the reception of Lotus Dental Clinic.\nGreet {{name}} and offer the free slots of this week.\nBook the one that suits.',
  voice_id: 'sarvam_hindi_female_01',
}
export const note = (text: string) => message(text, section(text))
export const listed = (id: string, state: string, outcome: string | null, phone = '+12025550101') => ({
  id,
  state,
  phone,
  agentName: 'Clinic reception',
  at: NOW / 1000,
  outcome,
})
