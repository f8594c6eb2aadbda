import type { CallEvent } from '@movoice-kit/core/events'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { deliveryStatuses } from '../contract/index.ts'
import type { Replays } from '../delivery/replay.ts'
import type { Database } from '../store/database.ts'
import { type DeliveryRow, findDelivery, listDeliveries } from '../store/deliveries.ts'
import { findEvent, listEvents } from '../store/events.ts'
import type { Guard } from './auth.ts'
import { HttpProblem, InvalidInput, notFound } from './problems.ts'
import { readInput } from './read.ts'
import { sampleEvent } from './sample.ts'

interface Parts {
  readonly database: Database
  readonly guard: Guard
  readonly replays: Replays
}

interface ById {
  readonly Params: { readonly id: string }
}

const MAX_PAGE = 100
const text = z.optional(z.string().check(z.maxLength(200)))
export const eventQuery = z.looseObject({
  type: text,
  call_id: text,
  limit: text,
  cursor: text,
  sample: text,
})
export const deliveryQuery = z.looseObject({
  status: z.optional(z.enum(deliveryStatuses, { error: `must be one of ${deliveryStatuses.join(', ')}` })),
  hook_id: text,
  event_id: text,
  limit: text,
  cursor: text,
})
export const replayInput = z.strictObject({
  hook_id: z.optional(z.string()),
  event_ids: z.optional(z.array(z.string()).check(z.maxLength(1000))),
  type: z.optional(z.string()),
  from: z.optional(z.union([z.string(), z.number()])),
  to: z.optional(z.union([z.string(), z.number()])),
  status: z.optional(z.enum(['failed', 'delivered', 'cancelled'])),
})

/** `/events` and `/deliveries`: what happened, who was told, and telling again. */
export function eventRoutes(app: FastifyInstance, { database, guard, replays }: Parts): void {
  const { db } = database
  app.get('/events', guard.needs('read'), async (request) => {
    const query = readInput(eventQuery, request.query)
    const limit = readCount('limit', query.limit, 20, MAX_PAGE)
    const before = query.cursor === undefined ? undefined : readCount('cursor', query.cursor, 0)
    const rows = await listEvents(db, { type: query.type, callId: query.call_id, limit: limit + 1, before })
    const page = rows.slice(0, limit)
    const events = page.map(({ body }) => JSON.parse(body) as CallEvent)
    if (events.length === 0 && query.sample === '1') events.push(sampleEvent(query.type))
    const last = page.at(-1)
    return { events, next_cursor: rows.length > limit && last !== undefined ? String(last.seq) : null }
  })
  app.get<ById>('/events/:id', guard.needs('read'), async (request, reply) => {
    const row = await findEvent(db, request.params.id)
    if (row === undefined) throw notFound('event', request.params.id)
    // As its deliveries have it.
    if (row.missing !== null) reply.header('movoice-missing', row.missing)
    return JSON.parse(row.body) as CallEvent
  })
  app.post<ById>('/events/:id/replay', guard.needs('manage'), async (request, reply) => {
    const { hook_id } = readInput(z.strictObject({ hook_id: z.optional(z.string()) }), request.body)
    const row = await findEvent(db, request.params.id)
    if (row === undefined) throw notFound('event', request.params.id)
    if (row.state !== 'ready') {
      throw new HttpProblem(
        409,
        'conflict',
        'The event waits for what the API may still tell of it; it is sent then.',
      )
    }
    const queued = await replays.event(row.seq, hook_id)
    return reply.code(202).send({ queued })
  })
  app.post('/replay', guard.needs('manage'), async (request, reply) => {
    const input = readInput(replayInput, request.body)
    // Everything to everybody is nothing that should happen for want of a word.
    if (Object.values(input).every((value) => value === undefined)) {
      throw new HttpProblem(
        400,
        'invalid_request',
        'Say what to send again: hook_id, event_ids, type, from, to or status. From 0 is everything.',
      )
    }
    const queued = await replays.range({
      ...input,
      from: readTime('from', input.from),
      to: readTime('to', input.to),
    })
    return reply.code(202).send({ queued })
  })
  app.get('/deliveries', guard.needs('read'), async (request) => {
    const query = readInput(deliveryQuery, request.query)
    const limit = readCount('limit', query.limit, 20, MAX_PAGE)
    const offset = readCount('cursor', query.cursor, 0)
    let eventSeq: number | undefined
    if (query.event_id !== undefined) {
      const event = await findEvent(db, query.event_id)
      if (event === undefined) throw notFound('event', query.event_id)
      eventSeq = event.seq
    }
    const rows = await listDeliveries(db, {
      status: query.status,
      hookId: query.hook_id,
      eventSeq,
      limit: limit + 1,
      offset,
    })
    return {
      deliveries: rows.slice(0, limit).map(showDelivery),
      next_cursor: rows.length > limit ? String(offset + limit) : null,
    }
  })
  app.get<ById>('/deliveries/:id', guard.needs('read'), async (request) => {
    const row = await findDelivery(db, request.params.id)
    if (row === undefined) throw notFound('delivery', request.params.id)
    const failed = await db
      .selectFrom('attempts')
      .select(['at', 'ms', 'status', 'error'])
      .where('delivery_id', '=', row.id)
      .orderBy('id')
      .execute()
    return {
      ...showDelivery(row),
      failed_attempts: failed.map(({ at, ...rest }) => ({ at: new Date(at).toISOString(), ...rest })),
    }
  })
  app.post<ById>('/deliveries/:id/retry', guard.needs('manage'), async (request, reply) => {
    const row = await findDelivery(db, request.params.id)
    if (row === undefined) throw notFound('delivery', request.params.id)
    return reply.code(202).send({ queued: await replays.delivery(row) })
  })
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

export function showDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    event_id: row.event_id,
    hook_id: row.subscription_id,
    status: row.status,
    attempts: row.attempts,
    created_at: new Date(row.created_at).toISOString(),
    next_attempt_at: row.status === 'pending' ? iso(row.due_at) : null,
    last_attempt_at: iso(row.last_at),
    delivered_at: row.status === 'delivered' ? iso(row.last_at) : null,
    last_status: row.last_status,
    last_error: row.last_error,
  }
}

function readCount(
  name: string,
  value: string | undefined,
  fallback: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback
  const count = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
  if (Number.isNaN(count) || (name === 'limit' && count < 1)) {
    throw new InvalidInput(
      name,
      name === 'limit' ? `must be a whole number from 1 to ${max}` : 'is none this server gave',
    )
  }
  return Math.min(count, max)
}

function readTime(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined
  const at = typeof value === 'number' ? Math.round(value * 1000) : Date.parse(value)
  // Beyond what a date can be, or no date at all.
  if (!(Math.abs(at) <= 8.64e15)) {
    throw new InvalidInput(name, 'must be a time in ISO 8601 or Unix seconds')
  }
  return at
}
