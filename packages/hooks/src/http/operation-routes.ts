import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Guard } from './auth.ts'
import { openApiDocument } from './openapi/document.ts'
import type { Readiness } from './readiness.ts'

interface Parts {
  readonly guard: Guard
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly publicUrl: string | undefined
}

/** What the machines ask that look after this one, and what describes the others. */
export function operationRoutes(app: FastifyInstance, { guard, readiness, metrics, publicUrl }: Parts): void {
  app.get('/livez', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const problem = await readiness.problem()
    return problem === undefined
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'unready', reason: problem })
  })
  app.get('/metrics', guard.needs('read'), async (_request, reply) => {
    return reply.type(metrics.contentType).send(await metrics.text())
  })
  app.get('/openapi.json', guard.needs('read'), (request) => {
    return openApiDocument({ serverUrl: publicUrl ?? `${request.protocol}://${request.host}` })
  })
}
