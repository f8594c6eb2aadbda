import type { Clock, Transport, TransportResponse } from '@movoice-kit/core'

export interface ScriptedCall {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly ended: number
  /** As `GET /calls` has it; `completed` once ended. */
  readonly fate?: 'completed' | 'failed'
}

/** Movoice's API over calls that are written in advance, on whatever clock a test runs. */
export class ScriptedApi {
  readonly calls: ScriptedCall[] = []
  /** What was asked, by operation. */
  readonly asked = { lists: 0, gets: 0, agents: 0 }
  readonly getsOf = new Map<string, number>()
  /** Answers the next requests with 429, and with this `Retry-After`. */
  busy: { times: number; readonly retryAfter: string } | undefined
  /** Until when lists are answered with 500, in milliseconds. */
  listsDownUntil = 0
  /** When each request came, in milliseconds. */
  readonly times: number[] = []
  /** Whether a page says how many rows there are. */
  saysTotal = true
  /** Whether a list may be asked for by status. */
  knowsStatus = true
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  readonly transport: Transport = async ({ method, url }) => {
    const { pathname, searchParams } = new URL(url)
    if (method !== 'GET') throw new Error(`Nobody asks for ${method} here.`)
    this.times.push(this.#clock.now())
    if (this.busy !== undefined && this.busy.times > 0) {
      this.busy.times -= 1
      return answer(429, { error: { code: 'rate_limited' } }, { 'retry-after': this.busy.retryAfter })
    }
    if (pathname.endsWith('/calls')) return this.#list(searchParams)
    const id = pathname.split('/').at(-1) ?? ''
    if (pathname.includes('/agents/')) {
      this.asked.agents += 1
      return answer(200, { agent_id: id, name: 'Clinic' })
    }
    this.asked.gets += 1
    this.getsOf.set(id, (this.getsOf.get(id) ?? 0) + 1)
    const call = this.calls.find((one) => one.id === id)
    return call === undefined
      ? answer(404, { error: { code: 'not_found' } })
      : answer(200, { ...this.#row(call), ...(this.#isOver(call) && resultOf(call)) })
  }

  #list(query: URLSearchParams): TransportResponse {
    this.asked.lists += 1
    if (this.#clock.now() < this.listsDownUntil) return answer(500, { error: { code: 'server_error' } })
    const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise)
    const now = Math.floor(this.#clock.now() / 1000)
    const rows = this.calls
      .filter(({ created }) => created <= now)
      .filter(({ created }) => created >= number('from', 0) && created <= number('to', Infinity))
      .filter(
        (call) => !this.knowsStatus || !query.has('status') || this.#row(call).status === query.get('status'),
      )
      .sort((a, b) => b.created - a.created)
    const offset = number('offset', 0)
    const page = rows.slice(offset, offset + number('limit', 20)).map((call) => this.#row(call))
    return answer(200, { calls: page, ...(this.saysTotal && { total: rows.length }) })
  }

  /** What a list shows of a call. */
  #row(call: ScriptedCall) {
    const { id, created, fate = 'completed' } = call
    return { call_id: id, status: this.#isOver(call) ? fate : 'active', created_at: created }
  }

  #isOver({ ended }: ScriptedCall): boolean {
    return ended * 1000 <= this.#clock.now()
  }
}

function resultOf({ created, ended, fate = 'completed' }: ScriptedCall) {
  return {
    agent_id: 'agent_clinic',
    recipient_phone: '+12025550101',
    duration: ended - created,
    ...(fate === 'failed'
      ? { reason: 'no_answer' }
      : { summary: 'Booked.', outcome: 'BOOKED', sentiment: 'positive', transcript: 'agent: Hello.' }),
  }
}

function answer(status: number, value: object, headers: Record<string, string> = {}): TransportResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  }
}
