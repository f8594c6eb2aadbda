import * as z from 'zod/mini'
import { agent, updateAgentInput } from '../contract/agent.ts'
import { DEFAULT_BASE_URL } from '../contract/base-url.ts'
import { createBatchInput, createdBatch } from '../contract/batch.ts'
import { call, createCallInput, createdCall } from '../contract/call.ts'
import { type DocumentedStatus, documentedErrors, errorBody } from '../contract/errors.ts'
import { type Operation, operationNames, operations } from '../contract/operations.ts'
import { webhookSchemas } from '../contract/webhooks.ts'

type Json = Record<string, unknown>

/** What the document says of where the API is. */
export interface OpenApiOptions {
  /** The API's base URL; Movoice's own if not given. */
  readonly serverUrl?: string | undefined
}

const TAGS = {
  calls: 'Placing phone calls and reading what came of them.',
  agents: 'The voice agents that talk in calls.',
} as const

/** Schemas that are named in the document, so that others refer to them. */
const named: Readonly<Record<string, z.ZodMiniType>> = {
  Call: call,
  CreatedCall: createdCall,
  CreateCall: createCallInput,
  CallList: operations['calls.list'].output,
  CreateBatch: createBatchInput,
  CreatedBatch: createdBatch,
  Agent: agent,
  AgentList: operations['agents.list'].output,
  UpdateAgent: updateAgentInput,
  Error: errorBody,
  ...Object.fromEntries(
    Object.entries(webhookSchemas).map(([type, schema]) => [pascal(`${type}.webhook`), schema]),
  ),
}

/**
 * The contract as an OpenAPI 3.1 document: every operation, field, error and webhook of the table.
 *
 * @example
 * openApiDocument({ serverUrl: 'http://127.0.0.1:4010/v1' }).paths['/call'].post.operationId // 'calls.create'
 */
export function openApiDocument({ serverUrl = DEFAULT_BASE_URL }: OpenApiOptions = {}) {
  const registry = z.registry<{ id?: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  const paths: Record<string, Record<string, Json>> = {}
  for (const name of operationNames) {
    const operation: Operation = operations[name]
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: described(name, operation),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Movoice API',
      version: '1',
      summary: 'Voice agents that phone people.',
      description:
        'Made from the contract of the Movoice kit. What Movoice does not document is assumed; every assumption is named in the kit’s documentation.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl, description: 'The API' }],
    security: [{ apiKey: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: Object.fromEntries(
      Object.entries(webhookSchemas).map(([type, schema]) => [type, webhook(type, schema)]),
    ),
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'The API key of an account.' },
      },
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([id, schema]) => [id, withoutIdentity(schema as Json)]),
      ),
      responses: Object.fromEntries(
        Object.entries(documentedErrors).map(([status, { code, meaning }]) => [
          pascal(code),
          errorResponse(Number(status), code, meaning),
        ]),
      ),
    },
  }
}

function described(name: string, operation: Operation): Json {
  const parameters = [...parametersOf(operation, 'params'), ...parametersOf(operation, 'query')]
  return {
    operationId: name,
    tags: [name.split('.')[0]],
    summary: operation.summary,
    description: `Source: ${operation.source}.`,
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body !== undefined && {
      requestBody: { required: true, content: json(operation.body) },
    }),
    responses: {
      200: { description: 'Done.', content: json(operation.output) },
      ...Object.fromEntries(
        [...operation.errors]
          .sort((a, b) => a - b)
          .map((status) => [
            status,
            { $ref: `#/components/responses/${pascal(documentedErrors[status as DocumentedStatus].code)}` },
          ]),
      ),
    },
  }
}

function parametersOf(operation: Operation, part: 'params' | 'query'): Json[] {
  const schema = operation[part]
  if (schema === undefined) return []
  const object = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(object.properties ?? {}).map(([name, { description, ...rest }]) => ({
    name,
    in: part === 'params' ? 'path' : 'query',
    required: part === 'params' || object.required?.includes(name) === true,
    ...(description !== undefined && { description }),
    schema: rest,
  }))
}

function json(schema: z.ZodMiniType): Json {
  const id = Object.keys(named).find((name) => named[name] === schema)
  if (id === undefined)
    throw new Error('A schema of the operations table has no name in the OpenAPI document.')
  return { 'application/json': { schema: { $ref: `#/components/schemas/${id}` } } }
}

function errorResponse(status: number, code: string, meaning: string): Json {
  return {
    description: meaning,
    ...(status === 429 && {
      headers: {
        'Retry-After': {
          description: 'Seconds to wait before another try.',
          schema: { type: 'integer', minimum: 1 },
        },
      },
    }),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        example: { error: { code, message: meaning, param: null } },
      },
    },
  }
}

function webhook(type: string, schema: z.ZodMiniType): Json {
  return {
    post: {
      operationId: type,
      tags: ['calls'],
      summary: `Webhook ${type}`,
      description: 'Signed in the header X-Movoice-Signature; sent again after 30 s, 5 min, 30 min and 2 h.',
      security: [],
      requestBody: { required: true, content: json(schema) },
      responses: {
        '2XX': { description: 'Received.' },
        '4XX': { description: 'Not received: it is sent again.' },
      },
    },
  }
}

/** Schemas in a document are known by their place in it. */
function withoutIdentity({ $schema: _dialect, $id: _id, id: _name, ...schema }: Json): Json {
  return schema
}

function pascal(text: string): string {
  return text.replace(/(^|[._])([a-z])/g, (_all, _separator, letter: string) => letter.toUpperCase())
}
