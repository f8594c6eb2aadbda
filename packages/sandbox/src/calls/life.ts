import type { CallRecord } from './call-record.ts'
import { turnsOf } from './conversation.ts'

export type Happening = 'answer' | 'action' | 'transfer' | 'end' | 'release' | 'report'

/** One thing that happens to a call, counted from its dialling. */
export interface Step {
  readonly afterMs: number
  readonly what: Happening
}

const AGENT_FAILS_AFTER = 6

/** How long the people talk, in whole seconds; a call is cut off at its `max_duration`. */
export function talkSecondsOf(call: Pick<CallRecord, 'variables' | 'maxDuration' | 'fate'>): number {
  const { ends, story } = call.fate
  if (story === undefined) return 0
  if (ends === 'never') return call.maxDuration
  const full = ends === 'agent_error' ? AGENT_FAILS_AFTER : turnsOf(call, story).seconds
  return Math.min(full, call.maxDuration)
}

/** The whole life of a call after it is dialled, in order. */
export function lifeOf(call: Pick<CallRecord, 'talkSeconds' | 'fate'>): Step[] {
  const { ends, ringMs, story, scenario } = call.fate
  if (story === undefined) return [{ afterMs: ringMs, what: 'end' }]
  const talkMs = call.talkSeconds * 1000
  const steps: Step[] = [{ afterMs: ringMs, what: 'answer' }]
  if (scenario?.acts) {
    for (const [share, what] of [
      [0.35, 'action'],
      [0.6, 'action'],
      [0.85, 'transfer'],
    ] as const)
      steps.push({ afterMs: ringMs + Math.floor(talkMs * share), what })
  }
  // A call that never ends frees its line when the longest it may last is over: only nobody is told.
  steps.push({ afterMs: ringMs + talkMs, what: ends === 'never' ? 'release' : 'end' })
  if (scenario?.reportAfter !== undefined)
    steps.push({ afterMs: ringMs + talkMs + scenario.reportAfter * 1000, what: 'report' })
  return steps
}
