import type { OperationName } from '@movoice-kit/core/contract'
import { toCallEvent } from '@movoice-kit/core/events'
import { zapierError } from '../../../packages/zapier/src/errors.ts'
import app from '../../../packages/zapier/src/index.ts'
import { shownFields } from '../../../packages/zapier/src/reference/fields-page.ts'
import { zap } from '../../../packages/zapier/src/testing/stage.ts'
import { realZ } from '../../../packages/zapier/src/testing/z.ts'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'
import type { FullApi } from '../full-api.ts'

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

const agent_id = 'agent_clinic'
const LATER = '2099-01-01T00:00:00Z'
/** A run for each operation, with everything filled in that a person can. */
const runs: Readonly<Record<string, readonly [step: string, inputData: Record<string, unknown>]>> = {
  'calls.create': [
    'creates.place_call',
    {
      agent_id,
      recipient_phone: '+12025550101',
      variables: { name: 'Asha' },
      from_number: '+12025550199',
      max_duration: 60,
      schedule_at: LATER,
    },
  ],
  'calls.list': [
    'searches.find_call',
    { agent_id, status: 'failed', from: '2026-01-01T00:00:00Z', to: LATER },
  ],
  'calls.get': ['searches.find_call', { call_id: 'call_1' }],
  'calls.createBatch': [
    'creates.create_batch',
    { agent_id, recipients: [{ phone: '+12025550101' }], schedule_at: LATER, concurrency: 2 },
  ],
  'agents.list': ['searches.find_agent', { name: 'the-name' }],
  'agents.get': ['searches.find_agent', { agent_id }],
  'agents.update': ['creates.update_agent', { agent_id, prompt: 'Be kind.', voice_id: 'voice_1' }],
}

/** What the app calls otherwise than the API: Zapier keeps `schedule_at` for what a person fills in. */
const CALLED: Readonly<Record<string, string>> = { scheduled_for: 'schedule_at' }

const aboutCalls = ['call_completed', 'call_failed', 'call_event', 'call_finished']
const keysOf = (fields: unknown): string[] =>
  shownFields(fields).flatMap(({ field }) =>
    field.key === undefined ? [] : [CALLED[field.key] ?? field.key],
  )

/** The Zapier app: what its definition says to Zapier, and what its steps do when Zapier runs them. */
export async function zapierDoor(api: FullApi): Promise<Door> {
  const z = await realZ()
  const kinds: readonly unknown[] = Object.values(z.errors)
  /** What a step gives: of a search, the first row. */
  const run = async (name: OperationName): Promise<Record<string, unknown>> => {
    const [step = '', inputData = {}] = runs[name] ?? []
    if (step === '') return {}
    const auth = { api_key: 'sk_sandbox_matrix', base_url: api.baseUrl }
    const given = (await zap(auth).run(`${step}.operation.perform`, { inputData })) as
      | Record<string, unknown>
      | Record<string, unknown>[]
    return (Array.isArray(given) ? given[0] : given) ?? {}
  }
  return {
    name: 'zapier',
    title: 'Zapier',
    operation: (name) => (steps[name] ?? []).some((step) => step !== undefined),
    async inputs(name) {
      const fields = (steps[name] ?? []).flatMap((step) => keysOf(step?.operation.inputFields))
      api.asked.length = 0
      await run(name)
      const sent = new Set(
        api.asked.flatMap(({ operation, fields: of }) => (operation === name ? Object.keys(of) : [])),
      )
      return fields.filter((field) => sent.has(field))
    },
    async outputs(name) {
      const fields = (steps[name] ?? []).flatMap((step) => keysOf(step?.operation.outputFields))
      const given = await run(name)
      const filled = new Set(
        Object.entries(given).flatMap(([key, value]) => (value === null ? [] : [CALLED[key] ?? key])),
      )
      return fields.filter((field) => filled.has(field))
    },
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
