import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Log } from '../telemetry/log.ts'
import { HttpProblem } from './problems.ts'

export const MAX_BODY_BYTES = 1024 * 1024

export interface ServerOptions {
  /** Addresses and networks whose `X-Forwarded-For` is believed; none if not given. */
  readonly trustedProxies?: readonly string[] | undefined
}

/** A Fastify that answers every error as `{ error: { code, message, param } }` and never shows a stack. */
export function makeServer(log: Log, { trustedProxies = [] }: ServerOptions = {}): FastifyInstance {
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    logger: false,
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    routerOptions: { maxParamLength: 300 },
    // Long enough for a slow sender, short enough that one cannot hold connections open for ever.
    requestTimeout: 30_000,
    forceCloseConnections: true,
  })
  app.addHook('onResponse', (request, reply, done) => {
    // Only the route's pattern: paths hold ids and queries hold what people look for.
    const { url = 'none' } = request.routeOptions
    const ms = Math.round(reply.elapsedTime)
    log.debug({ method: request.method, route: url, status: reply.statusCode, ms }, 'request')
    done()
  })
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(bodyOf('not_found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`)),
  )
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof HttpProblem) {
      return reply
        .code(error.status)
        .headers(error.headers)
        .send(bodyOf(error.code, error.message, error.param))
    }
    const status = error.statusCode ?? 500
    if (status === 413) {
      return reply
        .code(413)
        .send(bodyOf('too_large', `The body is larger than ${MAX_BODY_BYTES} bytes, the most that is taken.`))
    }
    if (status >= 400 && status < 500) {
      const message =
        error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
          ? 'The body is not valid JSON.'
          : error.message
      return reply.code(status).send(bodyOf('invalid_request', message))
    }
    log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed')
    return reply.code(500).send(bodyOf('server_error', 'Something went wrong here; it was logged.'))
  })
  return app
}

function bodyOf(code: string, message: string, param?: string) {
  return { error: { code, message, ...(param !== undefined && { param }) } }
}
