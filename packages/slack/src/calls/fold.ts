import type { CallEvent } from '@movoice-kit/core/events'
import { clip } from '../blocks/kit.ts'
import type { Call, CallState, Result } from './model.ts'

const STATE_OF: Readonly<Record<string, CallState>> = {
  'call.started': 'active',
  'call.completed': 'completed',
  'call.failed': 'failed',
}
/** A call only goes forward, whatever order its events come in. */
const RANK: Readonly<Partial<Record<CallState, number>>> = {
  sending: 0,
  unknown: 0,
  scheduled: 1,
  placed: 1,
  active: 2,
  completed: 3,
  failed: 3,
}
const FIELDS = [
  'duration',
  'summary',
  'sentiment',
  'outcome',
  'reason',
  'transcript',
  'transcript_url',
  'recording_url',
] as const
const nothing: Result = {
  duration: null,
  summary: null,
  sentiment: null,
  outcome: null,
  reason: null,
  transcript: null,
  transcript_url: null,
  recording_url: null,
}

export type Folded = Pick<Call, 'state' | 'result' | 'actions' | 'endedAt'>

/**
 * A call after what is known of it: the same whatever the order of the events, and however often they came.
 *
 * @param now ms since 1970, noted as the end of a call that was not over before
 */
export function fold(call: Folded, events: readonly CallEvent[], now: number): Folded {
  let { state, endedAt } = call
  let result = call.result
  const actions: string[] = []
  const seen = new Set<string>()
  for (const event of events) {
    const next = STATE_OF[event.type]
    if (next !== undefined && (RANK[next] ?? 0) > (RANK[state] ?? 0)) state = next
    if (event.type === 'call.completed' || event.type === 'call.failed') {
      const before: Result = result ?? nothing
      // What is known stays known; a later telling only fills what was missing.
      result = Object.fromEntries(
        FIELDS.map((field) => [field, before[field] ?? event[field]]),
      ) as unknown as Result
    }
    if ((event.type === 'action.triggered' || event.type === 'transfer.initiated') && !seen.has(event.id)) {
      seen.add(event.id)
      actions.push(event.type === 'transfer.initiated' ? '' : clip(event.action_name ?? 'action', 80))
    }
  }
  if (endedAt === null && (state === 'completed' || state === 'failed')) endedAt = now
  return { state, result, endedAt, actions: actions.length >= call.actions.length ? actions : call.actions }
}

export const isChanged = (before: Folded, after: Folded): boolean =>
  before.state !== after.state ||
  before.actions.length !== after.actions.length ||
  FIELDS.some((field) => (before.result?.[field] ?? null) !== (after.result?.[field] ?? null))
