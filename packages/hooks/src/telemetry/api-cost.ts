import type { Tally } from '../store/tallies.ts'

/** What is counted, by its name among the tallies: calls whose end was learned, and requests by their operation. */
export const ENDED = 'ended'
export const ASKED = 'asked:'

/** What knowing about calls has cost at Movoice's API. */
export interface ApiCost {
  readonly lists: number
  readonly gets: number
  /** Agents' names, mostly. */
  readonly others: number
  /** Calls whose end was learned. */
  readonly ended: number
  /** Requests of any kind for each of those; `undefined` before the first. */
  readonly perCall: number | undefined
}

export function apiCostOf(tallies: readonly Tally[]): ApiCost {
  const sum = { lists: 0, gets: 0, others: 0, ended: 0 }
  for (const { name, value } of tallies) {
    if (name === ENDED) sum.ended += value
    else if (name === `${ASKED}calls.list`) sum.lists += value
    else if (name === `${ASKED}calls.get`) sum.gets += value
    else if (name.startsWith(ASKED)) sum.others += value
  }
  const { lists, gets, others, ended } = sum
  return { ...sum, perCall: ended === 0 ? undefined : (lists + gets + others) / ended }
}
