import * as z from 'zod/mini'
import { agent, updateAgentInput } from './agent.ts'
import { createBatchInput, createdBatch } from './batch.ts'
import { agentId, call, callId, createCallInput, createdCall, listCallsQuery } from './call.ts'
import { maybe } from './scalars.ts'

/**
 * What repeating an operation can do. `read`: nothing. `write`: nothing either, as it sets absolute values.
 * `dials`: ring a person again, so it is never sent twice unless the first provably did nothing.
 */
export type Safety = 'read' | 'write' | 'dials'

/** One line of the table of operations. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Below the base URL; `{name}` stands for a field of `params`. */
  readonly path: string
  readonly safety: Safety
  readonly summary: string
  /** Where the fact comes from. */
  readonly source: string
  readonly params?: z.ZodMiniObject
  readonly query?: z.ZodMiniType
  readonly body?: z.ZodMiniType
  readonly output: z.ZodMiniType
  /** For a list: the key that holds the rows, and the schema of a row. */
  readonly list?: { readonly key: string; readonly item: z.ZodMiniType }
  /** Statuses of the documented errors that this operation can answer. */
  readonly errors: readonly number[]
}

const anyone = [401, 403, 429, 500] as const
const listOf = <K extends string, T extends z.ZodMiniType>(key: K, item: T) => ({
  list: { key, item },
  output: z.looseObject({
    [key]: z.array(item),
    total: maybe(z.number()),
    has_more: maybe(z.boolean()),
  } as { [P in K]: z.ZodMiniArray<T> } & { total: z.ZodMiniType<number | null | undefined> } & {
    has_more: z.ZodMiniType<boolean | null | undefined>
  }),
})

/**
 * Every operation of the Movoice API. Client methods, the sandbox's routes, the OpenAPI document, CLI flags
 * and the fields of every door come from this table: to add an endpoint, add it here.
 *
 * @example
 * operations['calls.create'].path   // '/call'
 * operations['calls.create'].safety // 'dials'
 */
export const operations = {
  'calls.create': {
    method: 'POST',
    path: '/call',
    safety: 'dials',
    summary: 'Place a call',
    source: 'API reference; schedule_at: guide "Outbound calls"',
    body: createCallInput,
    output: createdCall,
    errors: [400, 404, 409, 422, ...anyone],
  },
  'calls.list': {
    method: 'GET',
    path: '/calls',
    safety: 'read',
    summary: 'List calls',
    source: 'API reference; the answer is assumed',
    query: listCallsQuery,
    ...listOf('calls', call),
    errors: [400, ...anyone],
  },
  'calls.get': {
    method: 'GET',
    path: '/calls/{call_id}',
    safety: 'read',
    summary: 'Get a call with its transcript, summary and outcome',
    source: 'API reference; the names of the result fields are assumed',
    params: z.strictObject({ call_id: callId }),
    output: call,
    errors: [404, ...anyone],
  },
  'calls.createBatch': {
    method: 'POST',
    path: '/calls/batch',
    safety: 'dials',
    summary: 'Place many calls with one agent',
    source: 'API reference; concurrency: guide "Batch calls"; the answer is assumed',
    body: createBatchInput,
    output: createdBatch,
    errors: [400, 404, 409, 422, ...anyone],
  },
  'agents.list': {
    method: 'GET',
    path: '/agents',
    safety: 'read',
    summary: 'List agents',
    source: 'API reference; the answer is assumed',
    ...listOf('agents', agent),
    errors: [...anyone],
  },
  'agents.get': {
    method: 'GET',
    path: '/agents/{agent_id}',
    safety: 'read',
    summary: 'Get an agent with its configuration',
    source: 'API reference',
    params: z.strictObject({ agent_id: agentId }),
    output: agent,
    errors: [404, ...anyone],
  },
  'agents.update': {
    method: 'PATCH',
    path: '/agents/{agent_id}',
    safety: 'write',
    summary: "Change an agent's prompt or voice",
    source: 'API reference; the answer is assumed',
    params: z.strictObject({ agent_id: agentId }),
    body: updateAgentInput,
    output: agent,
    errors: [400, 404, 422, ...anyone],
  },
} as const satisfies Record<string, Operation>

/** The name of an operation, such as `calls.create`. */
export type OperationName = keyof typeof operations
/** The names of all operations, in the order of the table. */
export const operationNames = Object.keys(operations) as OperationName[]
