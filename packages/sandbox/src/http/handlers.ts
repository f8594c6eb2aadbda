import type {
  CreateBatchInput,
  CreateCallInput,
  ListCallsQuery,
  OperationName,
  UpdateAgentInput,
} from '@movoice-kit/core/contract'
import type { Scenario } from '../scenarios.ts'
import type { World } from '../world.ts'

/** The checked parts of a request. */
export interface Parts {
  readonly params: Readonly<Record<string, string>>
  readonly query: unknown
  readonly body: unknown
}

export interface Answer {
  readonly body: unknown
  /** How the answer goes wrong although all was done. */
  readonly answers?: Scenario['answers'] | undefined
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

/** What each operation of the contract does to the world. */
export const handlers: Readonly<Record<OperationName, (world: World, parts: Parts) => Answer>> = {
  'calls.create': (world, { body }) => {
    const { call, scenario } = world.place(body as CreateCallInput)
    return {
      body: {
        call_id: call.id,
        status: call.status,
        agent_id: call.agentId,
        recipient_phone: call.phone,
        created_at: seconds(call.createdAt),
      },
      answers: scenario?.answers,
    }
  },
  'calls.list': (world, { query }) => {
    const asked = query as ListCallsQuery
    const { rows, total } = world.calls.list(asked)
    const has_more = (asked.offset ?? 0) + rows.length < total
    return { body: { calls: rows.map((call) => world.view(call)), total, has_more } }
  },
  'calls.get': (world, { params }) => ({ body: world.view(world.call(params.call_id ?? '')) }),
  'calls.createBatch': (world, { body }) => {
    const batch = world.placeBatch(body as CreateBatchInput)
    return {
      body: {
        batch_id: batch.id,
        status:
          batch.scheduleAt !== undefined && batch.scheduleAt * 1000 > batch.createdAt
            ? 'scheduled'
            : 'initiated',
        agent_id: batch.agentId,
        total: batch.size,
        created_at: seconds(batch.createdAt),
      },
    }
  },
  'agents.list': (world) => ({
    body: { agents: [...world.agents.values()], total: world.agents.size, has_more: false },
  }),
  'agents.get': (world, { params }) => ({ body: world.agent(params.agent_id ?? '') }),
  'agents.update': (world, { params, body }) => ({
    body: world.updateAgent(params.agent_id ?? '', body as UpdateAgentInput),
  }),
}
