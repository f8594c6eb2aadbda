import { type Clock, isMovoiceError, type Transport, TransportFailure } from '@movoice-kit/core'
import { Movoice } from '@movoice-kit/core/client'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'

const SCHEDULES = 1_000
const AT_ONCE = 25
const SEED = 20_261_125

const draws = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Time that only passes when nothing can go on without it; the sandbox's passes along. */
class SharedClock implements Clock {
  /** Requests under way: while there are any, time stands still. */
  busy = 0
  #now = Date.UTC(2026, 0, 1)
  readonly #sleepers = new Set<{ at: number; wake: () => void }>()
  readonly #advance: (seconds: number) => Promise<void>

  constructor(advance: (seconds: number) => Promise<void>) {
    this.#advance = advance
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: Parameters<Clock['sleep']>[1]): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const sleeper = {
        at: this.#now + Math.max(0, ms),
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', sleeper.wake)
    })
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let over = false
    const watched = work.finally(() => {
      over = true
    })
    watched.catch(() => undefined)
    for (;;) {
      do await new Promise((resolve) => setImmediate(resolve))
      while (this.busy > 0)
      if (over) return watched
      const next = [...this.#sleepers].sort((a, b) => a.at - b.at)[0]
      if (next === undefined) throw new Error('The work waits for something that is not time.')
      await this.#advance((next.at - this.#now) / 1000)
      this.#now = next.at
      next.wake()
    }
  }
}

/** What happens to a request between the client and the sandbox. */
const fates = [
  'good',
  'refused',
  'swallowed',
  'lost',
  'silent',
  '500',
  '500 unsent',
  'page',
  'cut',
  '429',
] as const

function between(inner: Transport, clock: SharedClock, draw: () => number): Transport {
  const send: Transport = async (request) => {
    clock.busy += 1
    try {
      return await inner(request)
    } finally {
      clock.busy -= 1
    }
  }
  return async (request) => {
    if (request.method === 'GET') {
      if (draw() < 0.15) return { status: 503, headers: {}, body: 'busy' }
      return send(request)
    }
    const fate = fates[Math.floor(draw() * fates.length)] ?? 'good'
    if (fate === 'refused') throw new TransportFailure('connect', 'no', 'ECONNREFUSED')
    if (fate === 'swallowed') throw new TransportFailure('reset', 'maybe', 'ECONNRESET')
    if (fate === '500 unsent') return { status: 500, headers: {}, body: '' }
    if (fate === '429') return { status: 429, headers: { 'retry-after': '1' }, body: '' }
    const answer = await send(request)
    if (fate === 'lost') throw new TransportFailure('reset', 'maybe', 'ECONNRESET')
    if (fate === 'silent') return new Promise(() => undefined)
    if (fate === '500') return { status: 500, headers: {}, body: '' }
    if (fate === 'page') return { ...answer, body: '<html>fine</html>' }
    if (fate === 'cut') return { ...answer, body: answer.body.slice(0, 12) }
    return answer
  }
}

interface Ring {
  readonly call_id: string
  readonly recipient_phone: string
}

let sandbox: Sandbox
const control = async (path: string, body?: object): Promise<unknown> => {
  const init = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  const answer = await fetch(`${sandbox.controlUrl}${path}`, init)
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return answer.json()
}
beforeAll(async () => {
  sandbox = await createSandbox({ speed: 0, plan: 'enterprise' })
})
afterAll(() => sandbox.close())

test(`${SCHEDULES} random schedules of faults: no phone rings twice, and what rang is known`, async () => {
  const draw = draws(SEED)
  const clock = new SharedClock(async (seconds) => {
    await control('/advance', { seconds })
  })
  const transport = between(fetchTransport(), clock, draw)
  const { apiKey, baseUrl } = sandbox
  const results = new Map<string, string | { sent: string; name: string }>()
  for (let first = 0; first < SCHEDULES; first += AT_ONCE) {
    const movoice = new Movoice({ apiKey, baseUrl, transport, clock, random: draw })
    const works = Array.from({ length: AT_ONCE }, async (_, n) => {
      const recipient_phone = `+1415555${String(first + n).padStart(4, '0')}`
      try {
        const call = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone })
        results.set(recipient_phone, call.call_id)
      } catch (error) {
        if (!isMovoiceError(error)) throw error
        results.set(recipient_phone, { sent: error.sent, name: error.name })
      }
    })
    await clock.run(Promise.all(works))
  }
  const { calls } = (await control('/calls')) as { calls: Ring[] }
  const counts = { found: 0, unknown: 0, refused: 0 }
  for (const [phone, result] of results) {
    const rings = calls.filter(({ recipient_phone }) => recipient_phone === phone)
    expect(rings.length, phone).toBeLessThanOrEqual(1)
    if (typeof result === 'string') {
      expect(rings[0]?.call_id, phone).toBe(result)
      counts.found += 1
    } else {
      // The list shows every call at once here, so whatever rang was found.
      expect(rings, `${phone} ended as ${result.name}`).toEqual([])
      counts[result.sent === 'maybe' ? 'unknown' : 'refused'] += 1
    }
  }
  expect(results.size).toBe(SCHEDULES)
  // The schedules were hard enough to meet every ending.
  expect(counts.found).toBeGreaterThan(SCHEDULES / 3)
  expect(counts.unknown).toBeGreaterThan(SCHEDULES / 20)
  expect(counts.refused).toBeGreaterThan(0)
})
