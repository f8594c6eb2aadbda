import {
  call as callSchema,
  type OperationName,
  operationNames,
  operations,
} from '@movoice-kit/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callView } from '../output/call-view.ts'
import { Stage } from '../testing/stage.ts'
import { extraTools, toolOf } from './catalog.ts'

let stage: Stage
let tools: Awaited<ReturnType<Awaited<ReturnType<Stage['client']>>['client']['listTools']>>['tools']
beforeAll(async () => {
  stage = await Stage.begin()
  const { client } = await stage.client('cannot_ask', 'modern')
  tools = (await client.listTools()).tools
})
afterAll(() => stage.end())

const named = (name: string) => tools.find((tool) => tool.name === name)

describe.each(operationNames)('the operation %s of the contract', (operation: OperationName) => {
  const { safety, ...parts } = operations[operation]
  test('has a tool that takes its fields, and tells them to a model', () => {
    const tool = named(toolOf[operation].name)
    const schemas = [
      'params' in parts && parts.params,
      'query' in parts && parts.query,
      'body' in parts && parts.body,
    ]
    const fields = schemas.flatMap((schema) => (schema === false ? [] : Object.keys(schema.shape)))
    const properties = Object.entries(tool?.inputSchema.properties ?? {})
    expect(properties.map(([name]) => name).sort()).toEqual([...fields].sort())
    for (const [name, field] of properties) {
      expect([name, (field as { description?: string }).description]).toEqual([name, expect.any(String)])
    }
  })

  test('has all four hints, made of what repeating it can do', () => {
    expect(named(toolOf[operation].name)?.annotations).toEqual({
      readOnlyHint: safety === 'read',
      destructiveHint: safety !== 'read',
      idempotentHint: safety !== 'dials',
      openWorldHint: true,
    })
  })
})

test('there is no tool that is not accounted for', () => {
  const known = [...Object.values(toolOf), ...Object.values(extraTools)].map(({ name }) => name)
  expect(tools.map(({ name }) => name).sort()).toEqual(known.sort())
})

test('every tool has a title, a description, hints and schemas of both sides, all of them of plain types', () => {
  for (const tool of tools) {
    expect(tool.title).toMatch(/^[A-Z]/)
    expect(tool.description?.length).toBeGreaterThan(60)
    expect(Object.keys(tool.annotations ?? {})).toHaveLength(4)
    for (const schema of [tool.inputSchema, tool.outputSchema]) {
      expect(schema?.type).toBe('object')
      const text = JSON.stringify(schema)
      expect(text).not.toMatch(/"type":"null"|"type":\[|"\$schema"|\\\\p\{|\(\?!/)
    }
  }
})

test('what a model is given of them is small, and so is the whole list', () => {
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
  expect(JSON.stringify(shown).length).toBeLessThan(9_500)
  expect(JSON.stringify(tools).length).toBeLessThan(28_000)
})

test('every field of a call that the contract knows stands in the answer, or with what was said', () => {
  const said = ['summary', 'transcript']
  const known = Object.keys(callView.shape)
  expect(
    Object.keys(callSchema.shape).filter((name) => !known.includes(name) && !said.includes(name)),
  ).toEqual([])
})

test('a read-only server offers nothing that calls or changes, and refuses what is not offered', async () => {
  const readOnly = await Stage.begin({ readOnly: true })
  try {
    const { client } = await readOnly.client('accepts', 'modern')
    const offered = (await client.listTools()).tools
    expect(offered.map(({ name }) => name)).toEqual([
      'list_calls',
      'get_call',
      'list_agents',
      'get_agent',
      'wait_for_call',
    ])
    expect(offered.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true)
    const place = client.callTool({
      name: 'place_call',
      arguments: { agent_id: 'agent_clinic', recipient_phone: '+12025550101' },
    })
    await expect(place).rejects.toThrow(/place_call not found/)
    expect(readOnly.rings).toBe(0)
    expect(client.getInstructions()).toContain('read-only')
  } finally {
    await readOnly.end()
  }
})
