import type { Call } from '@movoice-kit/core/contract'
import { isMovoiceError } from '@movoice-kit/core/engine'
import { type CallEvent, toCallEvent } from '@movoice-kit/core/events'
import type { Account } from '../accounts/account.ts'
import { missingFields } from '../completion/missing.ts'
import type { Intake } from '../ingest/intake.ts'
import type { Database } from '../store/database.ts'
import type { Arrival } from '../store/events.ts'

export interface TellOptions {
  readonly account: Account
  readonly database: Database
  readonly intake: Intake
  readonly now: number
  readonly completionMs: number
}

/**
 * Takes in the ends of calls that nobody knew of. Resolves to how many those were.
 *
 * @param listed as a list shows them: the API is asked for what it leaves out
 * @param whole as they were asked for one by one: what is whole need not be asked for again
 */
export async function tellEnded(
  { account, database, intake, now, completionMs }: TellOptions,
  listed: readonly Call[],
  whole: readonly Call[],
): Promise<number> {
  const eventOf = (call: Call) => toCallEvent(call, undefined, { receivedAt: now, source: 'sweep' })
  const base = { account: account.name, receivedAt: now, source: 'sweep' }
  const arrivals: Arrival[] = listed.map((call) => ({
    ...base,
    event: eventOf(call),
    waitUntil: now + completionMs,
  }))
  for (const call of whole) {
    const event = await named(eventOf(call), account)
    const isWhole = missingFields(event).length === 0 && event.agent_name !== null
    arrivals.push({ ...base, event, waitUntil: isWhole ? undefined : now + completionMs })
  }
  const known = await knownOf(database, account.name, arrivals)
  const taken = await Promise.all(
    arrivals.filter(({ event }) => !known.has(event.id)).map((arrival) => intake.take(arrival)),
  )
  return taken.filter((one) => one === 'new').length
}

async function named(event: CallEvent, account: Account): Promise<CallEvent> {
  if (event.agent_id === null || event.agent_name !== null) return event
  try {
    return { ...event, agent_name: await account.agentName(event.agent_id) }
  } catch (error) {
    // Then it is asked for with the rest, as for an event that came from a list.
    if (isMovoiceError(error)) return event
    throw error
  }
}

async function knownOf(
  { db }: Database,
  account: string,
  arrivals: readonly Arrival[],
): Promise<Set<string>> {
  const known = new Set<string>()
  for (let at = 0; at < arrivals.length; at += 500) {
    const ids = arrivals.slice(at, at + 500).map(({ event }) => event.id)
    const rows = await db
      .selectFrom('events')
      .select('id')
      .where('account', '=', account)
      .where('id', 'in', ids)
      .execute()
    for (const { id } of rows) known.add(id)
  }
  return known
}
