import type { Call } from '@movoice-kit/core/contract'
import type { MovoiceClient } from '@movoice-kit/core/engine'
import { type CallEvent, toCallEvent } from '@movoice-kit/core/events'
import type { IDataObject } from 'n8n-workflow'
import { isOver, isWhole } from '../shared/over.ts'

/** What the poll keeps between two looks, in the workflow's static data. */
export interface PollState {
  /** Unix seconds: calls placed before the trigger learned what is old are none of its business. */
  floor: number
  /** Unix seconds: when the newest known call was placed. */
  since: number
  /** Calls that were not over, with when they were placed and, if they are, when they were first seen over. */
  open: Record<string, { placed: number; over?: number }>
  /** Calls placed at or after `since` that were told. */
  told: string[]
}

/** A call placed this long before the first look may still be going on. */
const FIRST_LOOK_BACK_S = 2 * 3600
/** How far the list of calls is read for ones that are not over; older ones are asked for one by one. */
const WINDOW_S = 24 * 3600
/** A call this old that never ended is given up. */
const LONGEST_S = 30 * 24 * 3600
/** The list may show a call a little after others that were placed later. */
const OVERLAP_S = 120
/** How long a summary may come after the end of a call. */
const SUMMARY_GRACE_S = 60
const MOST_OPEN = 1_000
const MOST_LOOKS = 50
const MOST_TOLD = 5_000

/** What ended since the last look. The first look tells nothing: it only learns what is old. */
export async function pollCalls(
  movoice: MovoiceClient,
  data: IDataObject,
  now: number,
): Promise<CallEvent[]> {
  const first = data.poll === undefined
  const state = (data.poll as unknown as PollState | undefined) ?? {
    floor: now - FIRST_LOOK_BACK_S,
    since: now - FIRST_LOOK_BACK_S,
    open: {},
    told: [],
  }
  const told = new Set(state.told)
  const open: PollState['open'] = { ...state.open }
  const over: Call[] = []
  const listed = new Map<string, number>()
  const look = async (call: Call): Promise<void> => {
    const placed = call.created_at ?? now
    if (!isOver(call)) {
      // Put at the end, so that the ones asked for singly take turns.
      delete open[call.call_id]
      open[call.call_id] = { placed }
      return
    }
    if (first) {
      told.add(call.call_id)
      return
    }
    // A list need not hold transcripts; the call itself does.
    const full = isWhole(call) ? call : await movoice.calls.get(call.call_id)
    const seenOver = open[call.call_id]?.over ?? now
    if (!isWhole(full) && now - seenOver < SUMMARY_GRACE_S) {
      open[call.call_id] = { placed, over: seenOver }
      return
    }
    delete open[call.call_id]
    told.add(call.call_id)
    over.push(full)
  }
  const oldestOpen = Math.min(state.since, ...Object.values(open).map(({ placed }) => placed))
  const from = Math.floor(Math.max(state.floor, Math.max(oldestOpen, now - WINDOW_S) - OVERLAP_S))
  for await (const call of movoice.calls.list({ from })) {
    listed.set(call.call_id, call.created_at ?? now)
    if (!told.has(call.call_id)) await look(call)
  }
  for (const id of Object.keys(open)
    .filter((one) => !listed.has(one))
    .slice(0, MOST_LOOKS)) {
    if (now - (open[id]?.placed ?? 0) > LONGEST_S) delete open[id]
    else await look(await movoice.calls.get(id))
  }
  const newest = Math.max(state.since, ...listed.values())
  const since = Math.max(state.since, Math.min(newest, now))
  data.poll = {
    floor: state.floor,
    since,
    open: Object.fromEntries(Object.entries(open).slice(-MOST_OPEN)),
    // Only what a later look can still meet has to be remembered.
    told: [...told].filter((id) => listed.has(id)).slice(-MOST_TOLD),
  }
  return over
    .map((call) => toCallEvent(call))
    .sort((a, b) => String(a.occurred_at).localeCompare(String(b.occurred_at)))
}
