import { type Operation, operations, webhookEventTypes } from '@movoice-kit/core/contract'
import type { INodeProperties } from 'n8n-workflow'
import { describe, expect, test } from 'vitest'
import { Movoice } from '../../../packages/n8n/nodes/Movoice/Movoice.node.ts'
import { MovoiceTrigger } from '../../../packages/n8n/nodes/MovoiceTrigger/MovoiceTrigger.node.ts'

/** Where the node shows each operation of the contract. */
const shownAt: Record<keyof typeof operations, readonly [resource: string, operation: string]> = {
  'calls.create': ['call', 'create'],
  'calls.list': ['call', 'getAll'],
  'calls.get': ['call', 'get'],
  'calls.createBatch': ['batch', 'create'],
  'agents.list': ['agent', 'getAll'],
  'agents.get': ['agent', 'get'],
  'agents.update': ['agent', 'update'],
}

/** Fields that a person does not fill in: what stands for them instead. */
const insteadOf: Record<string, string> = {
  // Where to begin is for whoever turns pages, and the node turns them itself.
  offset: 'returnAll',
  // A recipient an item, or a list in one field.
  recipients: 'recipientsFrom',
}

const { properties } = new Movoice().description

function isShown({ displayOptions }: INodeProperties, resource: string, operation: string): boolean {
  const { resource: resources, operation: all } = displayOptions?.show ?? {}
  return (resources ?? [resource]).includes(resource) && (all ?? [operation]).includes(operation)
}

/** The names of all that can be filled in for an operation, collections and their fields included. */
function namesFor(resource: string, operation: string): string[] {
  const inside = (property: INodeProperties): string[] => [
    property.name,
    ...(property.options ?? []).flatMap((option) => {
      if ('type' in option) return inside(option)
      return 'values' in option ? option.values.flatMap(inside) : []
    }),
  ]
  return properties.filter((property) => isShown(property, resource, operation)).flatMap(inside)
}

const camel = (name: string) => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())

const fieldsOf = ({ params, query, body }: Operation): string[] =>
  [params, query, body].flatMap((schema) =>
    schema !== undefined && 'shape' in schema ? Object.keys(schema.shape as object) : [],
  )

describe.each(Object.entries(operations))('%s', (name, operation) => {
  const [resource, shown] = shownAt[name as keyof typeof operations]

  test('is an operation of the node', () => {
    const choice = properties.find((one) => one.name === 'operation' && isShown(one, resource, shown))
    expect(choice?.options?.map((option) => 'value' in option && option.value)).toContain(shown)
  })

  const fields = fieldsOf(operation)
  test.each(fields)('shows the field %s', (field) => {
    expect(namesFor(resource, shown)).toContain(insteadOf[field] ?? camel(field))
  })
})

test('every event of the contract can start a workflow', () => {
  const events = new MovoiceTrigger().description.properties.filter(({ name }) => name === 'events')
  const choices = events.flatMap(({ options = [] }) =>
    options.map((option) => 'value' in option && option.value),
  )
  expect(webhookEventTypes.filter((type) => !choices.includes(type))).toEqual([])
})

test('the walk over the contract has found its fields', () => {
  expect(fieldsOf(operations['calls.create'])).toEqual(
    expect.arrayContaining([
      'agent_id',
      'recipient_phone',
      'variables',
      'from_number',
      'max_duration',
      'schedule_at',
    ]),
  )
  expect(fieldsOf(operations['calls.list'])).toContain('to')
  expect(fieldsOf(operations['calls.createBatch'])).toContain('concurrency')
})
