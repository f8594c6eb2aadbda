import { randomUUID } from 'node:crypto'
import {
  isInitializeRequest,
  type McpServerFactory,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Clock } from '@movoice-kit/core'

export interface SessionLimits {
  /** How many there may be at once. */
  readonly most: number
  /** When one that nobody uses ends, in milliseconds. */
  readonly idleMs: number
}

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport
  lastUsed: number
  /** Requests that are being answered. */
  busy: number
}

/** How long a session must have been quiet before it makes room for a new one. */
const MAY_GO_AFTER_MS = 60_000

/**
 * Sessions of clients that speak a protocol of 2025: they are told of things between their requests, and can be asked.
 * Clients of 2026 have none.
 */
export class Sessions {
  readonly #factory: McpServerFactory
  readonly #limits: SessionLimits
  readonly #clock: Clock
  readonly #onerror: (error: Error) => void
  readonly #sessions = new Map<string, Session>()

  constructor(
    factory: McpServerFactory,
    limits: SessionLimits,
    clock: Clock,
    onerror: (error: Error) => void,
  ) {
    this.#factory = factory
    this.#limits = limits
    this.#clock = clock
    this.#onerror = onerror
  }

  get size(): number {
    return this.#sessions.size
  }

  async handle(request: Request): Promise<Response> {
    await this.#endIdle()
    const id = request.headers.get('mcp-session-id')
    if (id !== null) {
      const session = this.#sessions.get(id)
      return session === undefined
        ? refusal(404, -32001, 'There is no such session: begin a new one.')
        : this.#use(session, request)
    }
    if (request.method !== 'POST') return refusal(400, -32000, 'A session id is needed here.')
    const body = await parsed(request)
    if (!isInitializeRequest(body)) return refusal(400, -32000, 'Begin with initialize, or name the session.')
    if (!(await this.#makeRoom())) {
      return refusal(
        503,
        -32000,
        `There are ${this.#limits.most} sessions already, all in use: try again later.`,
      )
    }
    return this.#begin(request, body)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()))
    this.#sessions.clear()
  }

  async #begin(request: Request, parsedBody: unknown): Promise<Response> {
    const id = randomUUID()
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id })
    const session: Session = { transport, lastUsed: this.#clock.now(), busy: 0 }
    transport.onerror = this.#onerror
    const server = await this.#factory({ era: 'legacy', requestInfo: request })
    // Taken before the handshake, so that many at the same moment cannot pass the limit.
    this.#sessions.set(id, session)
    await server.connect(transport)
    const closed = transport.onclose
    transport.onclose = () => {
      this.#sessions.delete(id)
      closed?.()
    }
    const response = await this.#use(session, request, parsedBody)
    if (!response.ok) await transport.close()
    return response
  }

  async #use(session: Session, request: Request, parsedBody?: unknown): Promise<Response> {
    session.busy += 1
    let over = false
    const done = () => {
      if (over) return
      over = true
      session.busy -= 1
      session.lastUsed = this.#clock.now()
    }
    try {
      const response = await session.transport.handleRequest(
        request,
        parsedBody === undefined ? undefined : { parsedBody },
      )
      // A stream that stands open between requests is no work: only a request's own answer is.
      if (request.method !== 'POST' || response.body === null) {
        done()
        return response
      }
      const watched = response.body.pipeThrough(new TransformStream({ flush: done }))
      request.signal.addEventListener('abort', done, { once: true })
      return new Response(watched, response)
    } catch (error) {
      done()
      throw error
    }
  }

  async #endIdle(): Promise<void> {
    const before = this.#clock.now() - this.#limits.idleMs
    for (const { transport, lastUsed, busy } of [...this.#sessions.values()]) {
      if (busy === 0 && lastUsed <= before) await transport.close()
    }
  }

  /** Ends the session that was quiet longest, if there is no room and one was quiet for a while. */
  async #makeRoom(): Promise<boolean> {
    if (this.#sessions.size < this.#limits.most) return true
    const before = this.#clock.now() - MAY_GO_AFTER_MS
    const quiet = [...this.#sessions.values()]
      .filter(({ busy, lastUsed }) => busy === 0 && lastUsed <= before)
      .sort((a, b) => a.lastUsed - b.lastUsed)[0]
    await quiet?.transport.close()
    return this.#sessions.size < this.#limits.most
  }
}

async function parsed(request: Request): Promise<unknown> {
  try {
    return await request.clone().json()
  } catch {
    return undefined // No JSON: no handshake either.
  }
}

const refusal = (status: number, code: number, message: string): Response =>
  Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
