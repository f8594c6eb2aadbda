// What knowing about calls costs at Movoice's API: a day in virtual time, so that nothing here depends on the machine.
import { relayDay } from '@movoice-kit/hooks/testing'

const CALLS = 1_000
const DAY_S = 24 * 3_600

export interface DayCost {
  readonly perCall: number
  readonly lists: number
  readonly gets: number
  readonly told: number
  readonly mostLists: number
  readonly calls: number
}

/** A thousand calls over a day, of 20 seconds to 4 minutes, and one that lasts for nine hours. */
export async function sweepCost(webhooks: boolean): Promise<DayCost> {
  const short = Array.from({ length: CALLS - 1 }, (_, index) => ({
    at: 60 + Math.floor((index / CALLS) * (DAY_S - 3_600)),
    lasts: 20 + ((index * 37) % 220),
  }))
  const calls = [...short, { at: 7_200, lasts: 9 * 3_600 }]
  const { lists, gets, agents, told } = await relayDay({ calls, webhooks })
  return {
    perCall: (lists + gets + agents) / told,
    lists,
    gets,
    told,
    mostLists: 96 + CALLS / 100,
    calls: CALLS,
  }
}
