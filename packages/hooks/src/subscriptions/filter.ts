import type { CallEvent } from '@movoice-kit/core/events'
import type { SubscriptionFilter } from '../contract/index.ts'

const LISTED = ['call_id', 'agent_id', 'outcome', 'sentiment', 'reason', 'direction'] as const

/**
 * Whether an event is one that a subscription wants. Every field of the filter must fit; text fits whatever its case.
 *
 * @example
 * fits({ outcome: ['BOOKED', 'CALLBACK'], min_duration: 30 }, event)
 */
export function fits(filter: SubscriptionFilter, event: CallEvent): boolean {
  for (const name of LISTED) {
    const wanted = filter[name]
    if (wanted === undefined) continue
    const value = event[name]?.toLowerCase()
    const list = typeof wanted === 'string' ? [wanted] : wanted
    if (!list.some((one) => one.toLowerCase() === value)) return false
  }
  const { min_duration } = filter
  return min_duration === undefined || (event.duration !== null && event.duration >= min_duration)
}
