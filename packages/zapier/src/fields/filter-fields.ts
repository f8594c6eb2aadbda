import { failureReasons, sentiments } from '@movoice-kit/core/contract'
import type { SubscriptionFilter } from '@movoice-kit/hooks/client'
import type { PlainInputField } from 'zapier-platform-core'
import { anyAgentField, listOf, textOf } from './input.ts'

const OUTCOME: PlainInputField = {
  key: 'outcome',
  label: 'Outcome',
  type: 'string',
  list: true,
  required: false,
  placeholder: 'e.g. BOOKED',
  helpText: 'Only calls with one of these outcome tags, as your agent writes them.',
}

const SENTIMENT: PlainInputField = {
  key: 'sentiment',
  label: 'Sentiment',
  type: 'string',
  list: true,
  required: false,
  choices: labelled(sentiments),
  helpText: 'Only calls in which the person sounded like this.',
}

const REASON: PlainInputField = {
  key: 'reason',
  label: 'Reason for Failure',
  type: 'string',
  list: true,
  required: false,
  choices: labelled(failureReasons),
  helpText: 'Only calls that failed for one of these reasons.',
}

const MIN_DURATION: PlainInputField = {
  key: 'min_duration',
  label: 'At Least This Long (Seconds)',
  type: 'integer',
  required: false,
  helpText: 'Only calls that lasted this many seconds or more.',
}

/** The filters of each kind of trigger, as fields. */
export const filterFields = {
  completed: [anyAgentField, OUTCOME, SENTIMENT, MIN_DURATION],
  failed: [anyAgentField, REASON],
  any: [anyAgentField, OUTCOME, SENTIMENT, REASON, MIN_DURATION],
} as const satisfies Record<string, readonly PlainInputField[]>

/** Reads the filter fields of a trigger; `undefined` if all are empty. */
export function readFilter(inputData: Readonly<Record<string, unknown>>): SubscriptionFilter | undefined {
  const agentId = textOf(inputData.agent_id)
  const minDuration = Number(inputData.min_duration ?? Number.NaN)
  const lists = Object.fromEntries(
    (['outcome', 'sentiment', 'reason'] as const)
      .map((key) => [key, listOf(inputData[key])] as const)
      .filter(([, values]) => values.length > 0),
  )
  const filter: SubscriptionFilter = {
    ...(agentId !== undefined && { agent_id: agentId }),
    ...lists,
    ...(Number.isFinite(minDuration) && { min_duration: minDuration }),
  }
  return Object.keys(filter).length === 0 ? undefined : filter
}

/** `no_answer` → { value, sample, label: 'No Answer' } */
export function labelled(values: readonly string[]): { value: string; sample: string; label: string }[] {
  return values.map((value) => ({
    value,
    sample: value,
    label: value
      .split(/[._]/)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(' '),
  }))
}
