import type { CallEvent } from '@movoice-kit/core/events'
import type { Kysely } from 'kysely'
import { listDeliveries } from '../store/deliveries.ts'
import type { EventRow } from '../store/events.ts'
import type { Schema } from '../store/schema.ts'

export interface Step {
  readonly at: number
  readonly what: string
  readonly tone: 'good' | 'bad' | ''
}

/** Everything that is known of a call, in the order in which it came about. */
export async function story(db: Kysely<Schema>, events: readonly EventRow[]): Promise<Step[]> {
  const steps: Step[] = []
  for (const event of events) {
    const { type } = JSON.parse(event.body) as CallEvent
    steps.push({ at: event.received_at, what: `${type} learned by ${event.source}`, tone: '' })
    if (event.state === 'waiting') {
      steps.push({ at: event.received_at, what: `${type} waits for what the API may still tell`, tone: '' })
    } else if (event.missing !== null) {
      steps.push({
        at: event.received_at,
        what: `${type} told without ${event.missing}, which nobody knew in time`,
        tone: 'bad',
      })
    }
    const seen = await db
      .selectFrom('sightings')
      .selectAll()
      .where('event_seq', '=', event.seq)
      .limit(50)
      .execute()
    for (const { at, source } of seen)
      steps.push({ at, what: `${type} came again by ${source}: known`, tone: '' })
    for (const delivery of await listDeliveries(db, { eventSeq: event.seq, limit: 100 })) {
      const to = delivery.subscription_id
      steps.push({ at: delivery.created_at, what: `queued for ${to}`, tone: '' })
      const failed = await db
        .selectFrom('attempts')
        .selectAll()
        .where('delivery_id', '=', delivery.id)
        .execute()
      for (const { at, ms, error } of failed)
        steps.push({ at, what: `${to}: ${error}, after ${ms} ms`, tone: 'bad' })
      if (delivery.last_at !== null && delivery.status === 'delivered') {
        steps.push({
          at: delivery.last_at,
          what: `delivered to ${to}: answered ${delivery.last_status} after ${delivery.last_ms} ms`,
          tone: 'good',
        })
      } else if (delivery.status !== 'delivered') {
        steps.push({
          at: delivery.last_at ?? delivery.created_at,
          what: `${to}: ${delivery.status}`,
          tone: delivery.status === 'failed' ? 'bad' : '',
        })
      }
    }
  }
  return steps.sort((a, b) => a.at - b.at)
}
