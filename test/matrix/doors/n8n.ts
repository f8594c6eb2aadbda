import { type OperationName, webhookEventTypes } from '@movoice-kit/core/contract'
import { signWebhook } from '@movoice-kit/core/events'
import type { IDataObject, INode, INodeProperties } from 'n8n-workflow'
import { Movoice } from '../../../packages/n8n/nodes/Movoice/Movoice.node.ts'
import { MovoiceTrigger } from '../../../packages/n8n/nodes/MovoiceTrigger/MovoiceTrigger.node.ts'
import { nodeError } from '../../../packages/n8n/src/shared/errors.ts'
import { execute, trigger } from '../../side/n8n-engine/engine.ts'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'
import type { FullApi } from '../full-api.ts'

/** Where the node shows an operation. */
const shownAt: Readonly<Record<string, readonly [resource: string, operation: string]>> = {
  'calls.create': ['call', 'create'],
  'calls.list': ['call', 'getAll'],
  'calls.get': ['call', 'get'],
  'calls.createBatch': ['batch', 'create'],
  'agents.list': ['agent', 'getAll'],
  'agents.get': ['agent', 'get'],
  'agents.update': ['agent', 'update'],
}

/** What a person fills in under another name than the API's. */
const CALLED: Readonly<Record<string, string>> = { recipientsFrom: 'recipients' }

const { properties } = new Movoice().description
const node: INode = {
  id: '1',
  name: 'Movoice',
  type: 'movoice',
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
}

function isShown({ displayOptions }: INodeProperties, resource: string, operation: string): boolean {
  const { resource: resources, operation: all } = displayOptions?.show ?? {}
  return (resources ?? [resource]).includes(resource) && (all ?? [operation]).includes(operation)
}

function namesIn(property: INodeProperties): string[] {
  return [
    property.name,
    ...(property.options ?? []).flatMap((option) => {
      if ('type' in option) return namesIn(option)
      return 'values' in option ? option.values.flatMap(namesIn) : []
    }),
  ]
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The nodes for n8n: their screens as n8n reads them, and what comes out of them when n8n's engine runs them. */
export function n8nDoor(api: FullApi): Door {
  const credential = { apiKey: 'sk_sandbox_matrix', baseUrl: api.baseUrl, webhookSecret: 'matrix' }
  const told = async (event_type: string, more: object = {}) => {
    const body = JSON.stringify({ event_type, call_id: 'call_1', ...more })
    const chosen = choices().includes(event_type) ? event_type : '*'
    const { items } = await trigger(credential, { events: [chosen], simplify: false }).receive(body, {
      'x-movoice-signature': signWebhook(body, credential.webhookSecret),
    })
    return items?.[0]
  }
  const run = async (name: OperationName) => {
    const { outputs, error } = await execute(credential, { parameters: parametersOf(name) }, [{}])
    if (error !== undefined) throw error
    return outputs[0]?.[0]
  }
  return {
    name: 'n8n',
    title: 'n8n',
    operation(name) {
      const [resource, shown] = shownAt[name] ?? ['', '']
      const choice = properties.find((one) => one.name === 'operation' && isShown(one, resource, shown))
      return choice?.options?.some((option) => 'value' in option && option.value === shown) === true
    },
    async inputs(name) {
      const [resource, shown] = shownAt[name] ?? ['', '']
      const fields = properties
        .filter((property) => isShown(property, resource, shown))
        .flatMap(namesIn)
        .map((field) => CALLED[field] ?? snake(field))
      // What a person can fill in, and Movoice is asked with.
      api.asked.length = 0
      await run(name)
      const sent = new Set(
        api.asked.flatMap(({ operation, fields: of }) => (operation === name ? Object.keys(of) : [])),
      )
      return fields.filter((field) => sent.has(field))
    },
    async outputs(name) {
      return Object.keys((await run(name)) ?? {})
    },
    async events() {
      const offered = choices()
      const all = await Promise.all([...webhookEventTypes, FUTURE_EVENT].map((type) => told(type)))
      // A type that is known can be chosen; one that is not yet comes with all events.
      return all.flatMap((event) => {
        const type = event === undefined ? '' : String(event.type)
        return offered.includes(type === FUTURE_EVENT ? '*' : type) ? [type] : []
      })
    },
    async eventFields() {
      return Object.keys((await told('call.completed')) ?? {})
    },
    async tells({ error }) {
      if (error.name === 'SignatureError') {
        const { status } = await trigger(credential, {}).receive('{}', { 'x-movoice-signature': '00' })
        return status === 401
      }
      const shown = nodeError(node, error)
      return shown.message !== '' && String(shown.description).includes(error.hint)
    },
  }
}

function choices(): unknown[] {
  const events = new MovoiceTrigger().description.properties.filter(({ name }) => name === 'events')
  return events.flatMap(({ options = [] }) => options.map((option) => 'value' in option && option.value))
}

const LATER = '2099-01-01T00:00:00Z'
const agentId = { __rl: true, mode: 'id', value: 'agent_clinic' }
/** Everything that a person can fill in. */
const filledIn: Readonly<Record<string, IDataObject>> = {
  'calls.create': {
    agentId,
    recipientPhone: '+12025550101',
    variables: { variable: [{ name: 'name', value: 'Asha' }] },
    options: { fromNumber: '+12025550199', maxDuration: 60, scheduleAt: LATER },
  },
  'calls.list': {
    returnAll: false,
    limit: 1,
    simplify: false,
    filters: { agentId, status: 'failed', from: '2026-01-01T00:00:00Z', to: LATER },
  },
  'calls.get': { callId: 'call_1', simplify: false },
  'calls.createBatch': {
    agentId,
    recipientsFrom: 'json',
    recipientsJson: '["+12025550101"]',
    options: { scheduleAt: LATER, concurrency: 2 },
  },
  'agents.get': { agentId },
  'agents.update': { agentId, updateFields: { prompt: 'Be kind.', voiceId: 'voice_1' } },
}

function parametersOf(name: OperationName): IDataObject {
  const [resource, operation] = shownAt[name] ?? ['', '']
  return { resource, operation, ...filledIn[name] }
}
