import type { OperationName } from '@movoice-kit/core/contract'
import { dialFailure } from '../../../packages/mcp/src/output/failure.ts'
import { call, Stage } from '../../../packages/mcp/src/testing/stage.ts'
import { toolOf } from '../../../packages/mcp/src/tools/catalog.ts'
import type { Door } from '../door.ts'
import type { FullApi } from '../full-api.ts'

const agent_id = 'agent_clinic'
const args: Readonly<Record<OperationName, Record<string, unknown>>> = {
  'calls.create': { agent_id, recipient_phone: '+12025550101' },
  'calls.list': {},
  'calls.get': { call_id: 'call_1' },
  'calls.createBatch': { agent_id, recipients: [{ phone: '+12025550101' }] },
  'agents.list': {},
  'agents.get': { agent_id },
  'agents.update': { agent_id, prompt: 'Be kind.' },
}

/** Every key in a value, however deep: an answer says its fields in parts, what a stranger said apart from the rest. */
function keysIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => [key, ...keysIn(part)])
}

/** The server for AI assistants: the tools that a client is shown, and what it is answered. */
export async function mcpDoor(api: FullApi): Promise<Door> {
  const stage = await Stage.begin({ movoice: { apiKey: 'sk_sandbox_matrix', baseUrl: api.baseUrl } })
  const { client } = await stage.client('accepts', 'modern')
  const { tools } = await client.listTools()
  const toolFor = (name: OperationName) => tools.find((tool) => tool.name === toolOf[name]?.name)
  return {
    name: 'mcp',
    title: 'AI',
    operation: (name) => toolFor(name) !== undefined,
    inputs: (name) => Object.keys(toolFor(name)?.inputSchema.properties ?? {}),
    async outputs(name) {
      const { structured, isError, text } = await call(client, toolOf[name].name, args[name])
      if (isError) throw new Error(`${toolOf[name].name}: ${text}`)
      return keysIn(structured)
    },
    events: () => [],
    eventFields: () => [],
    tells: ({ error }) =>
      error.name !== 'SignatureError' && dialFailure(error).message.includes(error.hint.replace(/\s+/g, ' ')),
    close: () => stage.end(),
  }
}
