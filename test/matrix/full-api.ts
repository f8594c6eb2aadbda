import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Operation, type OperationName, operationNames, operations } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'

type Json = Record<string, unknown>

interface Schema {
  readonly type?: string
  readonly properties?: Record<string, Schema>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/** What has to be of a certain form for a door to show it; any other field gets a text that is its own. */
const SPECIAL: Json = {
  status: 'completed',
  recipient_phone: '+12025550101',
  from_number: '+12025550199',
  phone: '+12025550101',
  sentiment: 'positive',
  reason: 'no_answer',
  created_at: 1_767_225_600,
  schedule_at: 1_798_761_600,
  ended_at: 1_767_225_693,
  duration: 93,
  limit: 20,
  offset: 1,
  from: 1_767_225_600,
  to: 1_798_761_600,
  max_duration: 1860,
  concurrency: 2,
  variables: { customer: 'Asha' },
  transcript_url: 'https://movoice.example/transcript',
  recording_url: 'https://movoice.example/recording',
}

/** A value for a field, of the type its schema has. */
function exampleOf(field: string, schema: Schema): unknown {
  if (Object.hasOwn(SPECIAL, field)) return SPECIAL[field]
  const { type, anyOf } = schema
  if (anyOf !== undefined) return exampleOf(field, anyOf[0] ?? {})
  if (type === 'object') return objectOf(schema)
  if (type === 'array') return [exampleOf(field, schema.items ?? {})]
  if (type === 'number' || type === 'integer') return 7
  if (type === 'boolean') return true
  return `the-${field}`
}

function objectOf({ properties = {} }: Schema): Json {
  return Object.fromEntries(Object.entries(properties).map(([field, one]) => [field, exampleOf(field, one)]))
}

/** An object with every field of a schema filled in. */
export function filled(schema: z.ZodMiniType | undefined): Json {
  if (schema === undefined) return {}
  return objectOf(z.toJSONSchema(schema, { io: 'input' }) as Schema)
}

/** What an operation can be asked with, every field filled in. */
export const fullInput = ({ params, query, body }: Operation): Json => ({
  ...filled(params),
  ...filled(query),
  ...filled(body),
})

/** An answer to an operation, every field of the contract filled in. */
export function fullAnswer({ output, list }: Operation): Json {
  return list === undefined ? filled(output) : { [list.key]: [filled(list.item)], total: 1, has_more: false }
}

export interface Asked {
  readonly operation: OperationName
  /** Fields of path, query and body, as they came. */
  readonly fields: Json
}

/** An API that answers every operation of the contract with all of its fields, and remembers what it was asked. */
export interface FullApi {
  readonly baseUrl: string
  readonly asked: Asked[]
  /** From now on every request is answered with this status; `undefined` ends it. */
  fail(status: number | undefined): void
  close(): Promise<void>
}

const pattern = (path: string) => new RegExp(`^/v1${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
const routes = operationNames.map((name) => {
  const operation: Operation = operations[name]
  return { name, operation, path: pattern(operation.path) }
})

export async function startFullApi(): Promise<FullApi> {
  const asked: Asked[] = []
  let failure: number | undefined
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const url = new URL(request.url ?? '/', 'http://movoice.example')
    for (const { name, operation, path } of routes) {
      const match = path.exec(url.pathname)
      if (match === null || operation.method !== request.method) continue
      const body = (text === '' ? {} : JSON.parse(text)) as Json
      asked.push({
        operation: name,
        fields: { ...match.groups, ...Object.fromEntries(url.searchParams), ...body },
      })
      if (failure !== undefined)
        return { status: failure, body: { error: { code: 'asked_for', message: 'It was asked for.' } } }
      return { status: 200, body: fullAnswer(operation) }
    }
    return { status: 404, body: { error: { code: 'not_found', message: `There is no ${url.pathname}.` } } }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    fail: (status) => {
      failure = status
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
