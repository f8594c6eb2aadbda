import type { CallEvent } from '@movoice-kit/core/events'
import type { Bundle, PlainInputField, Trigger, ZObject } from 'zapier-platform-core'
import { movoiceOf } from '../connection.ts'
import { explained } from '../errors.ts'
import { eventFields } from '../fields/event-fields.ts'
import { readFilter } from '../fields/filter-fields.ts'
import { hooksOf, type Subscribed, subscribe, unsubscribe } from '../hooks.ts'
import { listedEvents } from './listed.ts'
import { received } from './received.ts'

/** How many events the editor is shown to choose a sample from. */
const SAMPLES = 10

export interface CallTriggerParts {
  readonly key: string
  readonly label: string
  readonly description: string
  readonly inputFields: readonly PlainInputField[]
  /** The event types that the user's choices stand for; `*` for all. */
  readonly eventsOf: (z: ZObject, inputData: Readonly<Record<string, unknown>>) => readonly string[]
  readonly sample: CallEvent
}

/** The statuses of a call that stand for an event, for a list of calls to look in. */
const STATUS_OF: Readonly<Record<string, readonly string[]>> = {
  'call.completed': ['completed'],
  'call.failed': ['failed'],
  '*': ['completed', 'failed'],
}

/** An instant trigger: subscribes to the hooks server, and shows the editor the same events from a list. */
export function callTrigger({
  key,
  label,
  description,
  inputFields,
  eventsOf,
  sample,
}: CallTriggerParts): Trigger {
  const performSubscribe = (z: ZObject, bundle: Bundle) =>
    explained(z, async () => {
      const { hooks, targetUrl } = needs(z, bundle)
      const events = eventsOf(z, bundle.inputData)
      const made = await subscribe(hooks, targetUrl, events, readFilter(bundle.inputData))
      return { id: made.map(({ id }) => id).join(','), hooks: made }
    })

  const performUnsubscribe = (z: ZObject, bundle: Bundle) =>
    explained(z, async () => {
      const ids = subscribedTo(bundle).map(({ id }) => id)
      const hooks = hooksOf(z, bundle)
      // Without a hooks server there is nobody to tell: what it may still send is answered 410 by Zapier.
      if (hooks !== undefined) await unsubscribe(hooks, ids)
      return { ended: ids.length }
    })

  const performList = (z: ZObject, bundle: Bundle) =>
    explained(z, async () => {
      const events = eventsOf(z, bundle.inputData)
      const hooks = hooksOf(z, bundle)
      if (hooks === undefined) {
        return listedEvents({
          movoice: movoiceOf(z, bundle),
          statuses: [...new Set(events.flatMap((event) => STATUS_OF[event] ?? []))],
          filter: readFilter(bundle.inputData),
          now: Date.now(),
          limit: SAMPLES,
          whole: true,
        })
      }
      const pages = await Promise.all(
        events.map((event) => hooks.events({ limit: SAMPLES, ...(event !== '*' && { type: event }) })),
      )
      return pages.flatMap((page) => page.events)
    })

  return {
    key,
    noun: 'Call',
    display: { label, description },
    operation: {
      type: 'hook',
      inputFields: [...inputFields],
      outputFields: eventFields,
      perform: received,
      performSubscribe,
      performUnsubscribe,
      performList,
      sample: { ...sample },
    },
  }
}

function needs(z: ZObject, bundle: Bundle) {
  const hooks = hooksOf(z, bundle)
  if (hooks === undefined) {
    throw new z.errors.HaltedError(
      'Instant triggers need a hooks server, and this connection has none. Add its URL and token to the connection, or use the trigger "Call Finished (Scheduled)".',
    )
  }
  if (bundle.targetUrl === undefined) throw new z.errors.Error('Zapier gave no address to subscribe.')
  return { hooks, targetUrl: bundle.targetUrl }
}

function subscribedTo({ subscribeData }: Bundle): readonly Subscribed[] {
  return (subscribeData as { readonly hooks?: readonly Subscribed[] } | undefined)?.hooks ?? []
}
