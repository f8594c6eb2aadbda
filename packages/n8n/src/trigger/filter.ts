import type { CallEvent } from '@movoice-kit/core/events'
import type { SubscriptionFilter } from '@movoice-kit/hooks/client'
import type { IDataObject } from 'n8n-workflow'

/** What of a call's events the workflow wants; an empty list is no limit. */
export interface Wanted {
  readonly events: readonly string[]
  readonly agents: readonly string[]
  readonly outcomes: readonly string[]
  readonly sentiments: readonly string[]
  readonly minDuration: number
}

const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value : String(value ?? '').split(','))
    .map((part) => String(part).trim())
    .filter((part) => part !== '')

export function readWanted(events: unknown, filters: IDataObject): Wanted {
  const chosen = list(events)
  return {
    events: chosen.includes('*') ? [] : chosen,
    agents: list(filters.agentId),
    outcomes: list(filters.outcome),
    sentiments: list(filters.sentiment),
    minDuration: Number(filters.minDuration ?? 0),
  }
}

const has = (wanted: readonly string[], value: string | null): boolean =>
  wanted.length === 0 || (value !== null && wanted.some((one) => one.toLowerCase() === value.toLowerCase()))

export const wantsType = ({ events }: Wanted, type: string): boolean => has(events, type)

/** Whether the filters can be judged without asking for the call: completions name no agent. */
export const needsCall = ({ agents }: Wanted, event: CallEvent): boolean =>
  agents.length > 0 && event.agent_id === null

export function wants(wanted: Wanted, event: CallEvent): boolean {
  return (
    wantsType(wanted, event.type) &&
    has(wanted.agents, event.agent_id) &&
    has(wanted.outcomes, event.outcome) &&
    has(wanted.sentiments, event.sentiment) &&
    (wanted.minDuration <= 0 || (event.duration ?? 0) >= wanted.minDuration)
  )
}

/** The filters as the hooks server takes them, so that it sends nothing that is thrown away here. */
export function hooksFilter(wanted: Wanted): SubscriptionFilter | undefined {
  const filter = {
    ...(wanted.agents.length > 0 && { agent_id: [...wanted.agents] }),
    ...(wanted.outcomes.length > 0 && { outcome: [...wanted.outcomes] }),
    ...(wanted.sentiments.length > 0 && { sentiment: [...wanted.sentiments] }),
    ...(wanted.minDuration > 0 && { min_duration: wanted.minDuration }),
  }
  return Object.keys(filter).length === 0 ? undefined : filter
}

/** An event as an item's JSON: all of the canonical event, or the ten fields most workflows need. */
export function eventJson(event: CallEvent, simplify: boolean): IDataObject {
  if (!simplify) return event as unknown as IDataObject
  const { id, type, occurred_at, call_id, agent_id, recipient_phone, duration, outcome, sentiment, summary } =
    event
  return {
    id,
    type,
    occurred_at,
    call_id,
    agent_id,
    recipient_phone,
    duration,
    outcome: event.type === 'call.failed' ? (outcome ?? event.reason) : outcome,
    sentiment,
    summary,
  }
}
