import type { FastifyInstance } from 'fastify'
import { subscribeInput, updateSubscriptionInput } from '../contract/index.ts'
import { tryEndpoint } from '../delivery/trial.ts'
import type { Database } from '../store/database.ts'
import type { Subscriptions } from '../subscriptions/service.ts'
import { findSubscription, listSubscriptions, showSubscription } from '../subscriptions/store.ts'
import type { Guard } from './auth.ts'
import { notFound } from './problems.ts'
import { readInput } from './read.ts'

interface Parts {
  readonly database: Database
  readonly subscriptions: Subscriptions
  readonly guard: Guard
  /** What a test event is sent with. */
  readonly trial: Parameters<typeof tryEndpoint>[1]
}

interface ById {
  readonly Params: { readonly id: string }
}

/** `/hooks`: subscribe, look, change, unsubscribe. */
export function subscriptionRoutes(
  app: FastifyInstance,
  { database, subscriptions, guard, trial }: Parts,
): void {
  app.post('/hooks', guard.needs('manage'), async (request, reply) => {
    const row = await subscriptions.create(readInput(subscribeInput, request.body))
    return reply.code(201).send({ ...showSubscription(row), secret: row.secret })
  })
  app.get<{ Querystring: { all?: string } }>('/hooks', guard.needs('read'), async (request) => {
    const rows = await listSubscriptions(database.db, { ended: request.query.all === '1' })
    return { hooks: rows.map(showSubscription) }
  })
  app.get<ById>('/hooks/:id', guard.needs('read'), async (request) => {
    const row = await findSubscription(database.db, request.params.id)
    if (row === undefined) throw notFound('hook', request.params.id)
    return showSubscription(row)
  })
  app.patch<ById>('/hooks/:id', guard.needs('manage'), async (request) => {
    const input = readInput(updateSubscriptionInput, request.body)
    const row = await subscriptions.update(request.params.id, input)
    if (row === undefined) throw notFound('hook', request.params.id)
    return showSubscription(row)
  })
  app.delete<ById>('/hooks/:id', guard.needs('manage'), async (request, reply) => {
    if (!(await subscriptions.end(request.params.id))) throw notFound('hook', request.params.id)
    return reply.code(204).send()
  })
  app.post<ById>('/hooks/:id/test', guard.needs('manage'), async (request) => {
    const row = await findSubscription(database.db, request.params.id)
    if (row === undefined || row.status === 'ended') throw notFound('hook', request.params.id)
    return tryEndpoint(row, trial)
  })
  app.post<ById>('/hooks/:id/rotate-secret', guard.needs('manage'), async (request) => {
    const row = await subscriptions.rotateSecret(request.params.id)
    if (row === undefined) throw notFound('hook', request.params.id)
    return { ...showSubscription(row), secret: row.secret }
  })
}
