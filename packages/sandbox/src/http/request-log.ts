import type { FastifyInstance } from 'fastify'
import type { Timeline } from '../time/timeline.ts'

/** One request to the API, as `GET /_sandbox/requests` shows it. The key is not kept. */
export interface LoggedRequest {
  /** Sandbox time, ISO 8601. */
  readonly at: string
  readonly method: string
  readonly path: string
  readonly body: unknown
  /** `null` while it is under way, or where the connection was cut. */
  readonly status: number | null
}

interface Row {
  readonly at: number
  readonly method: string
  readonly path: string
  body: unknown
  status: number | null
}

const KEPT = 10_000
/** Larger bodies, such as those of batches, are not kept: the log stays small whatever is sent. */
const LARGEST_BODY = 4096

/** The last requests, oldest first. */
export class RequestLog {
  #rows: Row[] = []

  add(at: number, method: string, path: string): Row {
    const row: Row = { at, method, path, body: null, status: null }
    this.#rows.push(row)
    if (this.#rows.length >= KEPT * 2) this.#rows = this.#rows.slice(-KEPT)
    return row
  }

  rows(): LoggedRequest[] {
    return this.#rows.slice(-KEPT).map((row) => ({ ...row, at: new Date(row.at).toISOString() }))
  }

  clear(): void {
    this.#rows = []
  }
}

/** Logs what comes to the routes of an app. */
export function logRequests(app: FastifyInstance, log: RequestLog, timeline: Timeline): void {
  app.decorateRequest('logged', null)
  app.addHook('onRequest', (request, _reply, done) => {
    ;(request as { logged?: Row }).logged = log.add(
      timeline.now(),
      request.method,
      request.url.slice(0, 2000),
    )
    done()
  })
  app.addHook('preHandler', (request, _reply, done) => {
    const row = (request as { logged?: Row }).logged
    const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY)
    if (row !== undefined && length <= LARGEST_BODY) row.body = request.body ?? null
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    const row = (request as { logged?: Row }).logged
    if (row !== undefined) row.status = reply.statusCode
    done()
  })
}
