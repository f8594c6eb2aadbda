import type { Agent, Call } from '@movoice-kit/core'
import { transcriptText } from '@movoice-kit/core/events'
import type { Column } from './output.ts'

const time = (seconds: unknown): string =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString().replace('.000', '') : ''
const seconds = (value: unknown): string => (typeof value === 'number' ? `${value} s` : '')

/** A call in a list. */
export const callRow: readonly Column<Call>[] = [
  { head: 'CALL', of: (call) => call.call_id },
  { head: 'STATUS', of: (call) => call.status, goes: 5 },
  { head: 'NUMBER', of: (call) => call.recipient_phone },
  { head: 'AGENT', of: (call) => call.agent_id, goes: 1 },
  { head: 'CREATED', of: (call) => time(call.created_at), goes: 4 },
  { head: 'DURATION', of: (call) => seconds(call.duration), full: (call) => call.duration, goes: 2 },
  { head: 'OUTCOME', of: (call) => call.outcome ?? call.reason },
  { head: 'SUMMARY', of: (call) => call.summary, goes: 3 },
]

/** A call by itself: the row's columns, and what only one call has room for. */
export const callFields: readonly Column<Call>[] = [
  ...callRow.filter(({ head }) => head !== 'OUTCOME' && head !== 'SUMMARY'),
  { head: 'OUTCOME', of: (call) => call.outcome },
  { head: 'REASON', of: (call) => call.reason },
  { head: 'SENTIMENT', of: (call) => call.sentiment },
  { head: 'SUMMARY', of: (call) => call.summary },
  { head: 'RECORDING', of: (call) => call.recording_url },
  { head: 'TRANSCRIPT', of: (call) => transcriptText(call.transcript) },
]

export const agentRow: readonly Column<Agent>[] = [
  { head: 'AGENT', of: (agent) => agent.agent_id },
  { head: 'NAME', of: (agent) => agent.name },
  { head: 'STATUS', of: (agent) => agent.status },
  { head: 'VOICE', of: (agent) => agent.voice_id, goes: 2 },
  { head: 'PROMPT', of: (agent) => agent.prompt, goes: 1 },
]
