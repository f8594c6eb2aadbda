import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import {
  agentId,
  createBatchInput,
  createCallInput,
  listCallsQuery,
  operations,
  updateAgentInput,
} from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import { actionResult, toolAnswer } from '../output/action-result.ts'
import { agentAsText, agentView, agentViewOf } from '../output/agent-view.ts'
import { callBrief, callText, callView, viewOf } from '../output/call-view.ts'
import { toolSchema } from '../schema/tool-schema.ts'
import { extraTools, type ToolCard, toolOf } from './catalog.ts'
import { confirmed, type Desk, told } from './confirmed.ts'
import { acting, answer, reading } from './reading.ts'
import { waitForCall, waitInput, waitOutput } from './wait-for-call.ts'

const DEFAULT_LIMIT = 20

const actions = () => import('./actions.ts')

const listCallsOutput = z.looseObject({
  calls: z.array(callBrief),
  total: z.optional(z.number()),
  next_offset: z.optional(z.number().check(z.meta({ description: 'There are more: give this as offset' }))),
})
const listAgentsOutput = z.looseObject({ agents: z.array(agentView), total: z.optional(z.number()) })
const updateInput = z.looseObject({ agent_id: agentId, ...updateAgentInput.shape }).check(
  z.refine(({ agent_id: _id, ...patch }) => Object.values(patch).some((value) => value !== undefined), {
    error: 'has nothing to change: give at least one field, such as prompt or voice_id',
  }),
)
const confirmInput = z.strictObject({
  token: z.string({ error: 'must be the token as text' }).check(z.minLength(1), z.maxLength(200)),
})

/** What is shown of a tool, with its schemas. */
function shown<In extends z.ZodMiniType, Out extends z.ZodMiniType>(
  { title, description, annotations, fields }: ToolCard,
  input: In,
  output: Out,
): {
  title: string
  description: string
  annotations: ToolCard['annotations']
  inputSchema: StandardSchemaWithJSON<z.input<In>, z.output<In>>
  outputSchema: StandardSchemaWithJSON<z.input<Out>, z.output<Out>>
} {
  return {
    title,
    description,
    annotations,
    inputSchema: toolSchema(input, fields),
    outputSchema: toolSchema(output),
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Gives a connection's server its tools; with `readOnly`, none that could dial or change anything. */
export function registerTools(desk: Desk): void {
  registerReaders(desk)
  if (!desk.office.policy.readOnly) registerActors(desk)
}

function registerReaders({ office, server }: Desk): void {
  const { movoice, log } = office
  const listCalls = toolOf['calls.list']
  server.registerTool(listCalls.name, shown(listCalls, listCallsQuery, listCallsOutput), (query, ctx) =>
    reading(log, listCalls.name, async () => {
      const limit = query.limit ?? DEFAULT_LIMIT
      const page = await movoice.calls.list({ ...query, limit }, { signal: ctx.mcpReq.signal })
      const calls = page.items.map((call) => viewOf(call, false))
      const offset = (query.offset ?? 0) + calls.length
      const more = page.hasMore && calls.length > 0
      const head = `${counted(calls.length, 'call')}${page.total === undefined ? '' : ` of ${page.total}`}${more ? `; more with offset ${offset}` : ''}`
      return answer([head, ...calls.map((call) => JSON.stringify(call))].join('\n'), {
        calls,
        ...(page.total !== undefined && { total: page.total }),
        ...(more && { next_offset: offset }),
      })
    }),
  )
  const getCall = toolOf['calls.get']
  server.registerTool(
    getCall.name,
    shown(getCall, operations['calls.get'].params, callView),
    ({ call_id }, ctx) =>
      reading(log, getCall.name, async () => {
        const view = viewOf(await movoice.calls.get(call_id, { signal: ctx.mcpReq.signal }), true)
        return answer(callText(view), view)
      }),
  )
  const listAgents = toolOf['agents.list']
  server.registerTool(
    listAgents.name,
    shown(listAgents, z.strictObject({}), listAgentsOutput),
    (_none, ctx) =>
      reading(log, listAgents.name, async () => {
        const { items, total } = await movoice.agents.list({ signal: ctx.mcpReq.signal })
        // Prompts are long: get_agent has them.
        const agents = items.map((agent) => {
          const { prompt: _prompt, ...view } = agentViewOf(agent)
          return view
        })
        const text = [counted(agents.length, 'agent'), ...agents.map((agent) => JSON.stringify(agent))].join(
          '\n',
        )
        return answer(text, { agents, ...(total !== undefined && { total }) })
      }),
  )
  const getAgent = toolOf['agents.get']
  server.registerTool(
    getAgent.name,
    shown(getAgent, operations['agents.get'].params, agentView),
    ({ agent_id }, ctx) =>
      reading(log, getAgent.name, async () => {
        const view = agentViewOf(await movoice.agents.get(agent_id, { signal: ctx.mcpReq.signal }))
        return answer(agentAsText(view), view)
      }),
  )
  const { wait } = extraTools
  server.registerTool(wait.name, shown(wait, waitInput, waitOutput), (input, ctx) =>
    reading(log, wait.name, () => waitForCall(office, input, ctx)),
  )
}

function registerActors(desk: Desk): void {
  const { office, server } = desk
  const create = toolOf['calls.create']
  server.registerTool(create.name, shown(create, createCallInput, actionResult), (input, ctx) =>
    acting(office.log, create.name, async () =>
      confirmed(desk, (await actions()).placeCall(desk, input), ctx),
    ),
  )
  const batch = toolOf['calls.createBatch']
  server.registerTool(batch.name, shown(batch, createBatchInput, actionResult), (input, ctx) =>
    acting(office.log, batch.name, async () =>
      confirmed(desk, (await actions()).createBatch(desk, input), ctx),
    ),
  )
  const update = toolOf['agents.update']
  server.registerTool(update.name, shown(update, updateInput, actionResult), ({ agent_id, ...patch }, ctx) =>
    acting(office.log, update.name, async () =>
      confirmed(desk, (await actions()).updateAgent(desk, agent_id, patch), ctx),
    ),
  )
  const { confirm } = extraTools
  server.registerTool(confirm.name, shown(confirm, confirmInput, actionResult), ({ token }, ctx) =>
    acting(office.log, confirm.name, async () =>
      toolAnswer(told(await office.pending.confirm(token, 'by_assistant', ctx.mcpReq.signal))),
    ),
  )
}
