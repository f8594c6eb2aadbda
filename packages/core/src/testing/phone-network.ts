import type { Clock } from '../engine/clock.ts'
import { type Transport, TransportFailure, type TransportResponse } from '../engine/transport.ts'

/** What happens to one `POST /call` or `POST /calls/batch` on its way. */
export interface Fate {
  /** Whether the call is placed, whatever is answered. */
  readonly places: boolean
  readonly answer:
    | 'good'
    | 'html'
    | 'cut'
    | 'empty'
    | 'refused'
    | 'dns'
    | 'reset'
    | 'silence'
    | 429
    | 409
    | 422
    | 500
    | 502
    | 503
    | 504
  /** How long after it was placed a call turns up in the list, in milliseconds. */
  readonly visibleAfterMs?: number
  /** How long the request takes, in milliseconds; half of it before the call is placed. */
  readonly tripMs?: number
}

export interface Ring {
  readonly callId: string
  readonly phone: string
  readonly agentId: string
  readonly at: number
  readonly createdAt: number
  readonly visibleAt: number
  readonly batchId: string | undefined
  readonly variables: unknown
}

/** A model of Movoice in virtual time: what is placed, what the list shows of it when, and how answers go wrong. */
export class PhoneNetwork {
  readonly rings: Ring[] = []
  readonly posts: string[] = []
  lookups = 0
  /** Gives the fate of each POST, by its number from 0. */
  fate: (post: number) => Fate = () => ({ places: true, answer: 'good' })
  /** Whether the list can be read. */
  lists: () => 'good' | 500 = () => 'good'
  /** How far Movoice's clock is ahead of ours, in milliseconds. */
  skewMs = 0
  /** Whether calls of a batch name it. */
  namesBatches = true
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly transport: Transport = async ({ method, url, body }) => {
    const path = url.replace(/^https?:\/\/[^/]+\/v1/, '')
    if (method === 'POST') return this.#post(path, JSON.parse(body ?? '{}') as Posted)
    await this.#clock.sleep(50)
    this.lookups += 1
    if (this.lists() !== 'good')
      return this.#answer(500, { error: { code: 'server_error', message: 'down' } })
    const one = /^\/calls\/([^?]+)$/.exec(path)
    if (one !== null) {
      const ring = this.rings.find(({ callId }) => callId === one[1])
      return ring === undefined ? this.#answer(404, {}) : this.#answer(200, row(ring))
    }
    return this.#list(path)
  }

  async #post(path: string, input: Posted): Promise<TransportResponse> {
    const fate = this.fate(this.posts.length)
    const half = (fate.tripMs ?? 200) / 2
    this.posts.push(path)
    if (fate.answer === 'refused') throw new TransportFailure('connect', 'no', 'ECONNREFUSED')
    if (fate.answer === 'dns') throw new TransportFailure('dns', 'no', 'ENOTFOUND')
    await this.#clock.sleep(half)
    const placed = fate.places ? this.#place(path, input, fate) : undefined
    await this.#clock.sleep(half)
    switch (fate.answer) {
      case 'good':
        return this.#answer(200, placed)
      case 'html':
        return { ...this.#answer(200, undefined), body: '<html>fine</html>' }
      case 'cut':
        return { ...this.#answer(200, undefined), body: JSON.stringify(placed ?? {}).slice(0, 9) }
      case 'empty':
        return { ...this.#answer(200, undefined), body: '' }
      case 'reset':
        throw new TransportFailure('reset', 'maybe', 'ECONNRESET')
      case 'silence':
        return new Promise(() => undefined)
      case 429:
        return this.#answer(429, {}, { 'retry-after': '2' })
      default:
        return this.#answer(fate.answer, { error: { code: 'odd', message: 'said so' } })
    }
  }

  #place(path: string, input: Posted, fate: Fate): object {
    const at = this.#clock.now()
    const batchId = path === '/calls/batch' ? `batch_${this.posts.length}` : undefined
    const people = input.recipients ?? [{ phone: input.recipient_phone ?? '', variables: input.variables }]
    for (const { phone, variables } of people) {
      this.rings.push({
        callId: `call_${this.rings.length + 1}`,
        phone,
        agentId: input.agent_id,
        at,
        createdAt: Math.floor((at + this.skewMs) / 1000),
        visibleAt: at + (fate.visibleAfterMs ?? 0),
        batchId,
        variables,
      })
    }
    const last = this.rings.at(-1)
    if (batchId !== undefined) return { batch_id: batchId, status: 'initiated' }
    return last === undefined ? {} : row(last)
  }

  #list(path: string): TransportResponse {
    const query = new URLSearchParams(path.split('?')[1])
    const [from, to, limit, offset] = ['from', 'to', 'limit', 'offset'].map((name) => query.get(name))
    const calls = this.rings
      .filter(({ visibleAt }) => visibleAt <= this.#clock.now())
      .filter(({ agentId }) => (query.get('agent_id') ?? agentId) === agentId)
      .filter(({ createdAt }) => createdAt >= Number(from ?? 0) && createdAt <= Number(to ?? Infinity))
      .map((ring) => ({ ...row(ring), ...(!this.namesBatches && { batch_id: undefined }) }))
      .reverse()
    const start = Number(offset ?? 0)
    return this.#answer(200, { calls: calls.slice(start, start + Number(limit ?? 20)), total: calls.length })
  }

  #answer(status: number, value: unknown, headers: Record<string, string> = {}): TransportResponse {
    const date = new Date(this.#clock.now() + this.skewMs).toUTCString()
    return {
      status,
      headers: { 'content-type': 'application/json', date, ...headers },
      body: JSON.stringify(value),
    }
  }
}

interface Posted {
  readonly agent_id: string
  readonly recipient_phone?: string
  readonly variables?: unknown
  readonly recipients?: readonly { readonly phone: string; readonly variables?: unknown }[]
}

const row = (ring: Ring) => ({
  call_id: ring.callId,
  status: 'initiated',
  agent_id: ring.agentId,
  recipient_phone: ring.phone,
  created_at: ring.createdAt,
  ...(ring.batchId !== undefined && { batch_id: ring.batchId }),
})
