import type { Movoice } from '@movoice-kit/core/client'
import type { Agent, Call } from '@movoice-kit/core/contract'
import { type CallEvent, toCallEvent } from '@movoice-kit/core/events'
import { fits, type SubscriptionFilter } from '@movoice-kit/hooks/client'
import { within } from '../within.ts'

/** How far back a look goes. A call may last 30 minutes, and Zapier may pause polling for hours. */
const LOOK_BACK_MS = 24 * 3_600_000
/** How long after its end a call may still lack its summary and transcript; then it is told without. */
const RESULT_GRACE_MS = 5 * 60_000
/** How long reading the list may take; reading calls whole comes after. */
const LIST_MS = 15_000
/** Of how many calls, the newest, what the list lacks is read. Zapier takes no more than this from one poll by default. */
const MOST_WHOLE = 100
/** How many calls are read whole at once. */
const AT_ONCE = 4

export interface Look {
  readonly movoice: Movoice
  /** Statuses a call may have to be told: `completed`, `failed`. */
  readonly statuses: readonly string[]
  readonly filter: SubscriptionFilter | undefined
  readonly now: number
  /** The most events that are of use, newest first; all if not given. */
  readonly limit?: number | undefined
  /** Whether each call is read whole, with its transcript. */
  readonly whole: boolean
}

/**
 * Calls that have ended, as canonical call events with the id `<call_id>:<type>`, newest first: what there is to
 * tell without a hooks server. Every page is read, whatever its order; a call whose result is not there yet is left
 * for the next look.
 */
export async function listedEvents(look: Look): Promise<CallEvent[]> {
  const { movoice, statuses, filter, now, limit, whole } = look
  const from = Math.floor((now - LOOK_BACK_MS) / 1000)
  const ended = await within(LIST_MS, 'There are too many to poll: use an instant trigger.', async (walk) => {
    const calls: Call[] = []
    // With one status the API narrows the list; the two of them are asked for one after the other.
    for (const status of statuses) {
      const query = {
        status,
        from,
        ...(typeof filter?.agent_id === 'string' && { agent_id: filter.agent_id }),
      }
      for await (const call of movoice.calls.list(query, walk)) if (call.status === status) calls.push(call)
    }
    return calls
  })
  ended.sort((one, other) => endOf(other) - endOf(one))
  const agents = await agentsById(movoice, ended)
  const events: CallEvent[] = []
  for (let start = 0; start < ended.length; start += AT_ONCE) {
    const part = ended.slice(start, start + AT_ONCE)
    const reads = whole && start < MOST_WHOLE
    const calls = await Promise.all(
      part.map((call) => (reads && lacksResult(call) ? movoice.calls.get(call.call_id) : call)),
    )
    for (const call of calls) {
      if (reads && lacksResult(call) && now / 1000 - endOf(call) < RESULT_GRACE_MS / 1000) continue
      const event = toCallEvent(call, agents.get(call.agent_id ?? ''))
      if (fits(filter ?? {}, event)) events.push(event)
      if (events.length === limit) return events
    }
  }
  return events
}

async function agentsById(movoice: Movoice, calls: readonly Call[]): Promise<Map<string, Agent>> {
  const agents = new Map<string, Agent>()
  if (calls.length === 0) return agents
  for await (const agent of movoice.agents.list()) agents.set(agent.agent_id, agent)
  return agents
}

const endOf = ({ ended_at, created_at, duration }: Call): number =>
  ended_at ?? (created_at ?? 0) + (duration ?? 0)

const lacksResult = ({ status, summary, transcript }: Call): boolean =>
  status === 'completed' && (summary == null || summary === '' || transcript == null)
