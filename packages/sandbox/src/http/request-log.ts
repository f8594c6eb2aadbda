import type { FastifyInstance, FastifyRequest } from 'fastify'
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

declare module 'fastify' {
  interface FastifyRequest {
    /** Not there for a request whose path cannot be read. */
    logged?: Row | null
  }
}

/**
 * Logs what comes to the routes of an app, and dates what they answer. As `created_at`: a client that compares
 * clocks by the header Date sees one clock and not two.
 */
export function logRequests(app: FastifyInstance, log: RequestLog, timeline: Timeline): void {
  const date = httpDate()
  app.addHook('onRequest', (request, reply, done) => {
    const now = timeline.now()
    request.logged = log.add(now, request.method, request.url.slice(0, 2000))
    reply.header('date', date(now))
    done()
  })
}

/** Notes a request's body, once it is read; large ones are left out. */
export function logBody({ logged, headers, body }: FastifyRequest): void {
  if (!logged || body === undefined) return
  if (Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= LARGEST_BODY) logged.body = body
}

/** Notes what a request was answered with. */
export function logStatus({ logged }: FastifyRequest, status: number): void {
  if (logged) logged.status = status
}

/** A moment as HTTP writes it; made once a second. */
function httpDate(): (ms: number) => string {
  let second = -1
  let text = ''
  return (ms) => {
    const now = Math.floor(ms / 1000)
    if (now !== second) {
      second = now
      text = new Date(now * 1000).toUTCString()
    }
    return text
  }
}
