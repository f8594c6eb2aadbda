import * as z from 'zod/mini'
import { type Described, MEANINGS, routes } from './routes.ts'
import { type Name, named } from './schemas.ts'

type Json = Record<string, unknown>

const TAGS = {
  subscriptions: 'Who is told what.',
  events: 'What happened to calls.',
  deliveries: 'Who was told, when, and what they answered.',
  ingest: 'Where Movoice’s own webhooks come in.',
  operations: 'For whoever looks after the server.',
} as const

/**
 * The server's routes as an OpenAPI 3.1 document, made from the schemas they check requests with.
 *
 * @example
 * openApiDocument({ serverUrl: 'https://hooks.example.com' }).paths['/hooks'].post.operationId // 'subscribe'
 */
export function openApiDocument({ serverUrl }: { readonly serverUrl: string }) {
  const registry = z.registry<{ id?: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  const paths: Record<string, Record<string, Json>> = {}
  for (const [route, described] of Object.entries(routes)) {
    const [method = '', path = ''] = route.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(path, described) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Movoice kit hooks server',
      version: '1',
      summary: 'One Movoice webhook in, every automation told.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl, description: 'This server' }],
    security: [{ token: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    webhooks: { delivery: deliveryWebhook() },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'HOOKS_TOKEN.' },
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Movoice-Signature',
          description: 'Hex HMAC-SHA256 of the raw body under the webhook secret.',
        },
      },
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([id, schema]) => [id, withoutIdentity(schema as Json)]),
      ),
    },
  }
}

function operation(path: string, described: Described): Json {
  const { id, tag, summary, description, needs, query, body, answers, errors } = described
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...queryParameters(query),
  ]
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(needs === undefined && { security: [] }),
    ...(needs === 'signature' && { security: [{ signature: [] }, { token: [] }] }),
    ...(needs !== undefined && needs !== 'signature' && { 'x-scope': needs }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: body !== 'ReplayEvent', content: content(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, name]) => [
          status,
          {
            description: Number(status) < 300 ? 'Done.' : MEANINGS[503],
            ...(name !== undefined && { content: content(name) }),
          },
        ]),
      ),
      ...Object.fromEntries(
        errors.map((status) => [status, { description: MEANINGS[status], content: content('Error') }]),
      ),
    },
  }
}

function content(name: Name | 'text' | 'json'): Json {
  if (name === 'text') return { 'text/plain': { schema: { type: 'string' } } }
  if (name === 'json') return { 'application/json': { schema: { type: 'object' } } }
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
}

function queryParameters(schema: z.ZodMiniType | undefined): Json[] {
  if (schema === undefined) return []
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, Json> }
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: 'query',
    required: false,
    schema: one,
  }))
}

function deliveryWebhook(): Json {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  })
  return {
    post: {
      operationId: 'deliver',
      tags: ['deliveries'],
      summary: 'What a subscription’s URL is sent: one event, signed by Standard Webhooks',
      security: [],
      parameters: [
        header('webhook-id', 'The same for every attempt and replay of one delivery.'),
        header('webhook-timestamp', 'Unix seconds of the attempt.'),
        header(
          'webhook-signature',
          '`v1,` and base64 HMAC-SHA256 of `id.timestamp.body`; several, parted by spaces.',
        ),
      ],
      requestBody: { required: true, content: content('CallEvent') },
      responses: {
        '2XX': { description: 'Taken.' },
        410: { description: 'The subscription ends.' },
        '4XX': { description: 'Not taken: it is sent again. 429 with Retry-After is obeyed.' },
        '5XX': { description: 'Not taken: it is sent again.' },
      },
    },
  }
}

/** Schemas in a document are known by their place in it. */
function withoutIdentity({ $schema: _dialect, $id: _id, id: _name, ...schema }: Json): Json {
  return schema
}
