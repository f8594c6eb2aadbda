import type { OperationName } from '@movoice-kit/core/contract'
import { dialFailure } from '../../../packages/mcp/src/output/failure.ts'
import { call, Stage } from '../../../packages/mcp/src/testing/stage.ts'
import { toolOf } from '../../../packages/mcp/src/tools/catalog.ts'
import type { Door } from '../door.ts'
import type { FullApi } from '../full-api.ts'

const agent_id = 'agent_clinic'
/** Unix seconds, of 2099. */
const LATER = 4_070_908_800
const args: Readonly<Record<OperationName, Record<string, unknown>>> = {
  'calls.create': {
    agent_id,
    recipient_phone: '+12025550101',
    variables: { name: 'Asha' },
    from_number: '+12025550199',
    max_duration: 60,
    schedule_at: LATER,
  },
  'calls.list': { limit: 2, offset: 1, status: 'failed', agent_id, from: 1_767_225_600, to: LATER },
  'calls.get': { call_id: 'call_1' },
  'calls.createBatch': {
    agent_id,
    recipients: [{ phone: '+12025550101' }],
    schedule_at: LATER,
    concurrency: 2,
  },
  'agents.list': {},
  'agents.get': { agent_id },
  'agents.update': { agent_id, prompt: 'Be kind.', voice_id: 'voice_1' },
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
  // A field is described once, where a call or an agent is what is asked for; a list has the same ones.
  const told = new Set(tools.flatMap(({ outputSchema }) => keysIn(outputSchema)))
  const ask = async (name: OperationName) => {
    const { structured, isError, text } = await call(client, toolOf[name].name, args[name])
    if (isError) throw new Error(`${toolOf[name].name}: ${text}`)
    return structured
  }
  return {
    name: 'mcp',
    title: 'AI',
    operation: (name) => toolFor(name) !== undefined,
    async inputs(name) {
      // What a model is told of, and Movoice is asked with.
      const fields = Object.keys(toolFor(name)?.inputSchema.properties ?? {})
      api.asked.length = 0
      await ask(name)
      const sent = new Set(
        api.asked.flatMap(({ operation, fields: of }) => (operation === name ? Object.keys(of) : [])),
      )
      return fields.filter((field) => sent.has(field))
    },
    async outputs(name) {
      return keysIn(await ask(name)).filter((field) => told.has(field))
    },
    events: () => [],
    eventFields: () => [],
    tells: ({ error }) =>
      error.name !== 'SignatureError' && dialFailure(error).message.includes(error.hint.replace(/\s+/g, ' ')),
    close: () => stage.end(),
  }
}
