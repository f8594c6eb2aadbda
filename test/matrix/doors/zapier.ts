import { toCallEvent } from '@movoice-kit/core/events'
import { zapierError } from '../../../packages/zapier/src/errors.ts'
import app from '../../../packages/zapier/src/index.ts'
import { shownFields } from '../../../packages/zapier/src/reference/fields-page.ts'
import { realZ } from '../../../packages/zapier/src/testing/z.ts'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'

type Step =
  | { readonly operation: { readonly inputFields?: unknown; readonly outputFields?: unknown } }
  | undefined

/** Which steps of the app stand for an operation. */
const steps: Readonly<Record<string, readonly Step[]>> = {
  'calls.create': [app.creates.place_call as Step],
  'calls.list': [app.searches.find_call as Step, app.triggers.call_list as Step],
  'calls.get': [app.searches.find_call as Step],
  'calls.createBatch': [app.creates.create_batch as Step],
  'agents.list': [app.searches.find_agent as Step, app.triggers.agent_list as Step],
  'agents.get': [app.searches.find_agent as Step],
  'agents.update': [app.creates.update_agent as Step],
}

/** What the app calls otherwise than the API: Zapier keeps `schedule_at` for what a person fills in. */
const CALLED: Readonly<Record<string, string>> = { scheduled_for: 'schedule_at' }

const aboutCalls = ['call_completed', 'call_failed', 'call_event', 'call_finished']
const keysOf = (fields: unknown): string[] =>
  shownFields(fields).flatMap(({ field }) =>
    field.key === undefined ? [] : [CALLED[field.key] ?? field.key],
  )

/** The Zapier app: what its definition says to Zapier. */
export async function zapierDoor(): Promise<Door> {
  const z = await realZ()
  const kinds: readonly unknown[] = Object.values(z.errors)
  return {
    name: 'zapier',
    title: 'Zapier',
    operation: (name) => (steps[name] ?? []).some((step) => step !== undefined),
    inputs: (name) => (steps[name] ?? []).flatMap((step) => keysOf(step?.operation.inputFields)),
    outputs: (name) => (steps[name] ?? []).flatMap((step) => keysOf(step?.operation.outputFields)),
    events() {
      const [field] = shownFields(app.triggers.call_event?.operation.inputFields)
      const choices = (field?.field.choices ?? []) as { readonly value: string }[]
      // Nothing chosen is every event, if the field may be left empty and says so.
      const all = field?.field.required !== true && /empty for every event/.test(field?.field.helpText ?? '')
      return [...choices.map(({ value }) => value), ...(all ? [FUTURE_EVENT] : [])]
    },
    eventFields() {
      const all = aboutCalls.map((key) => new Set(keysOf(app.triggers[key]?.operation.outputFields)))
      // What one trigger lacks, the door lacks.
      return Object.keys(toCallEvent({ event_type: 'call.completed', call_id: 'call_1' })).filter((key) =>
        all.every((keys) => keys.has(key)),
      )
    },
    tells({ error }) {
      const shown = zapierError(z, error) as Error
      const isOfZapier = kinds.some((kind) => typeof kind === 'function' && shown instanceof kind)
      return isOfZapier && shown.message.includes(error.hint)
    },
  }
}
