import type { Socket } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import type { Log } from '../telemetry/log.ts'
import { HttpProblem } from './problems.ts'

export const MAX_BODY_BYTES = 1024 * 1024

/** What is answered holds people's numbers, and is what its type says and nothing else. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** How long a request may take to come in, in milliseconds. */
export interface Patience {
  /** For its head; 10,000. */
  readonly headersMs?: number | undefined
  /** For all of it; 30,000. */
  readonly requestMs?: number | undefined
  /** How often connections are held against these; 2,000. */
  readonly checkMs?: number | undefined
}

export interface ServerOptions {
  /** Addresses and networks whose `X-Forwarded-For` is believed; none if not given. */
  readonly trustedProxies?: readonly string[] | undefined
  readonly patience?: Patience | undefined
}

/** A Fastify that answers every error as `{ error: { code, message, param } }` and never shows a stack. */
export function makeServer(
  log: Log,
  { trustedProxies = [], patience = {} }: ServerOptions = {},
): FastifyInstance {
  const { headersMs = 10_000, requestMs = 30_000, checkMs = 2_000 } = patience
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    logger: false,
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    // The longest event id, with every character of it percent-encoded.
    routerOptions: { maxParamLength: 1_000 },
    // Long enough for a slow sender, short enough that one cannot hold connections open for ever.
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: checkMs },
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void reply
        .code(error.statusCode ?? 400)
        .send(bodyOf('invalid_request', 'The address of the request cannot be read.'))
    },
    clientErrorHandler: refuseClient,
  })
  const parseJson = app.getDefaultJsonParser('error', 'error')
  // Many clients name a type also where they send nothing, as with DELETE.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : parseJson(request, body as string, done),
  )
  app.addHook('onRequest', async ({ url }, reply) => {
    reply.headers(HEADERS)
    // PostgreSQL takes no NUL, and no name of anything here has one.
    if (url.includes('%00')) throw new HttpProblem(400, 'invalid_request', 'The address must not hold a NUL.')
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

const CLIENT_ERRORS: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers of the request are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not come in whole in time.'],
}

/** What never became a request is answered as everything else is. */
function refuseClient({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, message] = CLIENT_ERRORS[code ?? ''] ?? ['400 Bad Request', 'This is no HTTP request.']
  const body = JSON.stringify(bodyOf('invalid_request', message))
  const head = `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}`
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n${head}\r\n\r\n${body}`, () => socket.destroy())
}

function bodyOf(code: string, message: string, param?: string) {
  return { error: { code, message, ...(param !== undefined && { param }) } }
}
