import { callEvent } from '@movoice-kit/core/contract'
import * as z from 'zod/mini'
import {
  createdSubscription,
  delivery,
  subscribeInput,
  subscription,
  trial,
  updateSubscriptionInput,
} from '../contract/index.ts'
import type { Scope } from './auth.ts'
import { deliveryQuery, eventQuery, replayInput } from './event-routes.ts'

type Json = Record<string, unknown>

const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), param: z.optional(z.string()) }),
})
const cursor = z.nullable(z.string())

/** Schemas that are named in the document, so that others refer to them. */
const named = {
  CallEvent: callEvent,
  EventList: z.object({ events: z.array(callEvent), next_cursor: cursor }),
  Hook: subscription,
  HookList: z.object({ hooks: z.array(subscription) }),
  CreatedHook: createdSubscription,
  Subscribe: subscribeInput,
  UpdateHook: updateSubscriptionInput,
  Delivery: delivery,
  DeliveryList: z.object({ deliveries: z.array(delivery), next_cursor: cursor }),
  DeliveryStory: z.extend(delivery, {
    failed_attempts: z.array(
      z.object({ at: z.string(), ms: z.number(), status: z.nullable(z.number()), error: z.string() }),
    ),
  }),
  Replay: replayInput,
  ReplayEvent: z.strictObject({ hook_id: z.optional(z.string()) }),
  Trial: trial,
  Queued: z.object({ queued: z.number() }),
  Received: z.object({ received: z.boolean(), id: z.string(), repeat: z.boolean() }),
  Webhook: z.looseObject({ event_type: z.string(), call_id: z.optional(z.string()) }),
  Health: z.object({ status: z.string(), reason: z.optional(z.string()) }),
  Error: errorBody,
} as const satisfies Record<string, z.ZodMiniType>
type Name = keyof typeof named

const MEANINGS = {
  400: 'Something in the request is wrong; `error.param` names it.',
  401: 'No token, a wrong one, or a wrong signature.',
  403: 'The token lacks the scope for this.',
  404: 'There is no such thing.',
  409: 'It cannot be done as things stand.',
  413: 'The body is too large.',
  429: 'Too many requests; `Retry-After` says when to come again.',
  503: 'Not now; send it again later.',
} as const

interface Described {
  readonly id: string
  readonly tag: 'subscriptions' | 'events' | 'deliveries' | 'ingest' | 'operations'
  readonly summary: string
  readonly description?: string
  /** `undefined`: nothing; `signature`: Movoice's own. */
  readonly needs?: Scope | 'signature'
  readonly query?: z.ZodMiniType
  readonly body?: Name
  readonly answers: Readonly<Record<number, Name | 'text' | 'json' | undefined>>
  readonly errors: readonly (keyof typeof MEANINGS)[]
}

const ALWAYS = [401, 403] as const

/** Every route for programs; a test holds it against those the server has. */
const routes: Readonly<Record<string, Described>> = {
  'POST /movoice': {
    id: 'receive',
    tag: 'ingest',
    summary: 'Take a webhook of the default Movoice account',
    description:
      'Signed in `X-Movoice-Signature`, or from whoever has a token with the scope `ingest`. Stored on disk before it is answered.',
    needs: 'signature',
    body: 'Webhook',
    answers: { 202: 'Received' },
    errors: [400, 401, 413, 503],
  },
  'POST /movoice/{account}': {
    id: 'receiveForAccount',
    tag: 'ingest',
    summary: 'Take a webhook of a named Movoice account',
    needs: 'signature',
    body: 'Webhook',
    answers: { 202: 'Received' },
    errors: [400, 401, 404, 413, 503],
  },
  'POST /hooks': {
    id: 'subscribe',
    tag: 'subscriptions',
    summary: 'Subscribe a URL to events',
    needs: 'manage',
    body: 'Subscribe',
    answers: { 201: 'CreatedHook' },
    errors: [400, ...ALWAYS],
  },
  'GET /hooks': {
    id: 'listHooks',
    tag: 'subscriptions',
    summary: 'List subscriptions',
    needs: 'read',
    query: z.looseObject({ all: z.optional(z.enum(['1'])) }),
    answers: { 200: 'HookList' },
    errors: [...ALWAYS],
  },
  'GET /hooks/{id}': {
    id: 'getHook',
    tag: 'subscriptions',
    summary: 'Look at a subscription',
    needs: 'read',
    answers: { 200: 'Hook' },
    errors: [...ALWAYS, 404],
  },
  'PATCH /hooks/{id}': {
    id: 'updateHook',
    tag: 'subscriptions',
    summary: 'Pause, resume or change a subscription',
    needs: 'manage',
    body: 'UpdateHook',
    answers: { 200: 'Hook' },
    errors: [400, ...ALWAYS, 404],
  },
  'DELETE /hooks/{id}': {
    id: 'unsubscribe',
    tag: 'subscriptions',
    summary: 'Unsubscribe',
    needs: 'manage',
    answers: { 204: undefined },
    errors: [...ALWAYS, 404],
  },
  'POST /hooks/{id}/test': {
    id: 'testHook',
    tag: 'subscriptions',
    summary: 'Send one sample event to a subscription now, and tell what it answered',
    needs: 'manage',
    answers: { 200: 'Trial' },
    errors: [...ALWAYS, 404],
  },
  'POST /hooks/{id}/rotate-secret': {
    id: 'rotateSecret',
    tag: 'subscriptions',
    summary: 'Give a subscription a new secret; the old one signs too for 24 hours',
    needs: 'manage',
    answers: { 200: 'CreatedHook' },
    errors: [...ALWAYS, 404],
  },
  'GET /events': {
    id: 'listEvents',
    tag: 'events',
    summary: 'List events, newest first',
    needs: 'read',
    query: eventQuery,
    answers: { 200: 'EventList' },
    errors: [400, ...ALWAYS],
  },
  'GET /events/{id}': {
    id: 'getEvent',
    tag: 'events',
    summary: 'Look at an event',
    needs: 'read',
    answers: { 200: 'CallEvent' },
    errors: [...ALWAYS, 404],
  },
  'POST /events/{id}/replay': {
    id: 'replayEvent',
    tag: 'events',
    summary: 'Send an event again, under the same ids',
    needs: 'manage',
    body: 'ReplayEvent',
    answers: { 202: 'Queued' },
    errors: [400, ...ALWAYS, 404, 409],
  },
  'POST /replay': {
    id: 'replay',
    tag: 'deliveries',
    summary: 'Send many again: by event, time, type, status, subscription',
    needs: 'manage',
    body: 'Replay',
    answers: { 202: 'Queued' },
    errors: [400, ...ALWAYS, 404],
  },
  'GET /deliveries': {
    id: 'listDeliveries',
    tag: 'deliveries',
    summary: 'List deliveries, newest event first',
    needs: 'read',
    query: deliveryQuery,
    answers: { 200: 'DeliveryList' },
    errors: [400, ...ALWAYS, 404],
  },
  'GET /deliveries/{id}': {
    id: 'getDelivery',
    tag: 'deliveries',
    summary: 'Look at a delivery and its failed attempts',
    needs: 'read',
    answers: { 200: 'DeliveryStory' },
    errors: [...ALWAYS, 404],
  },
  'POST /deliveries/{id}/retry': {
    id: 'retryDelivery',
    tag: 'deliveries',
    summary: 'Send a delivery again, under the same id',
    needs: 'manage',
    answers: { 202: 'Queued' },
    errors: [...ALWAYS, 404, 409],
  },
  'GET /livez': {
    id: 'live',
    tag: 'operations',
    summary: 'Whether the process runs',
    answers: { 200: 'Health' },
    errors: [],
  },
  'GET /readyz': {
    id: 'ready',
    tag: 'operations',
    summary: 'Whether a webhook could be taken now',
    answers: { 200: 'Health', 503: 'Health' },
    errors: [],
  },
  'GET /metrics': {
    id: 'metrics',
    tag: 'operations',
    summary: 'Numbers for Prometheus',
    needs: 'read',
    answers: { 200: 'text' },
    errors: [...ALWAYS],
  },
  'GET /openapi.json': {
    id: 'describe',
    tag: 'operations',
    summary: 'This document',
    needs: 'read',
    answers: { 200: 'json' },
    errors: [...ALWAYS],
  },
}

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
