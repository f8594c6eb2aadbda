import * as z from 'zod/mini'
import type { Scope } from '../auth.ts'
import { deliveryQuery, eventQuery } from '../event-routes.ts'
import type { Name } from './schemas.ts'

export const MEANINGS = {
  400: 'Something in the request is wrong; `error.param` names it.',
  401: 'No token, a wrong one, or a wrong signature.',
  403: 'The token lacks the scope for this.',
  404: 'There is no such thing.',
  409: 'It cannot be done as things stand.',
  413: 'The body is too large.',
  429: 'Too many requests; `Retry-After` says when to come again.',
  503: 'Not now; send it again later.',
} as const

export interface Described {
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

const ALWAYS = [401, 403, 429] as const

/** Every route for programs; a test holds it against those the server has. */
export const routes: Readonly<Record<string, Described>> = {
  'POST /movoice': {
    id: 'receive',
    tag: 'ingest',
    summary: 'Take a webhook of the default Movoice account',
    description:
      'Signed in `X-Movoice-Signature`, or from whoever has a token with the scope `ingest`. Stored on disk before it is answered.',
    needs: 'signature',
    body: 'Webhook',
    answers: { 202: 'Received' },
    errors: [400, 401, 413, 429, 503],
  },
  'POST /movoice/{account}': {
    id: 'receiveForAccount',
    tag: 'ingest',
    summary: 'Take a webhook of a named Movoice account',
    needs: 'signature',
    body: 'Webhook',
    answers: { 202: 'Received' },
    errors: [400, 401, 404, 413, 429, 503],
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
