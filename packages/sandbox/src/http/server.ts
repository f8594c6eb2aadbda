import Fastify, { type FastifyInstance } from 'fastify'
import type { Settings } from '../options.ts'
import { Timeline } from '../time/timeline.ts'
import { Courier } from '../webhooks/courier.ts'
import { World } from '../world.ts'
import { apiRoutes } from './api-routes.ts'
import { controlRoutes } from './control-routes.ts'
import { BODY_LIMIT, errorAnswers } from './errors.ts'
import { RequestLog } from './request-log.ts'

export interface SandboxServer {
  readonly app: FastifyInstance
  setOrigin(origin: string): void
  close(): Promise<void>
}

/** Everything of a sandbox but the port it listens on. */
export function buildServer(settings: Settings): SandboxServer {
  const { seed, plan, window, speed, start } = settings
  const timeline = new Timeline({ start: start ?? Date.now(), speed })
  const courier = new Courier({ timeline, seed, timeoutMs: settings.webhookTimeoutMs })
  courier.target = settings.webhook
  const log = new RequestLog()
  let origin = ''
  const makeWorld = () =>
    new World({ timeline, seed, plan, window, origin: () => origin, emit: (event) => courier.send(event) })
  let world = makeWorld()

  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2000 },
    exposeHeadRoutes: false,
    return503OnClosing: false,
  })
  errorAnswers(app)
  app.register(async (api) => {
    logRequests(api, log, timeline)
    // As `created_at`, so that a client which compares clocks by this header sees one clock and not two.
    api.addHook('onSend', async (_request, reply) => {
      reply.header('date', new Date(timeline.now()).toUTCString())
    })
    apiRoutes(api, { timeline, world: () => world })
  })
  app.register(async (control) => {
    controlRoutes(control, {
      timeline,
      courier,
      world: () => world,
      log,
      allowRemote: settings.allowRemote,
      reset: () => {
        timeline.reset(start)
        courier.reset()
        log.clear()
        world = makeWorld()
      },
    })
  })
  return {
    app,
    setOrigin: (value) => {
      origin = value
    },
    close: async () => {
      timeline.close()
      await courier.close()
      await app.close()
    },
  }
}

function logRequests(api: FastifyInstance, log: RequestLog, timeline: Timeline): void {
  type Row = ReturnType<RequestLog['add']>
  const rows = new WeakMap<object, Row>()
  api.addHook('onRequest', (request, _reply, done) => {
    rows.set(request, log.add(timeline.now(), request.method, request.url))
    done()
  })
  api.addHook('preHandler', (request, _reply, done) => {
    const row = rows.get(request)
    if (row !== undefined) row.body = request.body ?? null
    done()
  })
  api.addHook('onSend', (request, reply, _payload, done) => {
    const row = rows.get(request)
    if (row !== undefined) row.status = reply.statusCode
    done()
  })
}
