import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { signWebhook, verifyWebhook } from '../events/index.ts'
import { created, KEY, leaksOf, VirtualClock } from '../testing/index.ts'
import * as errors from './errors.ts'
import { type Transport, TransportFailure, type TransportRequest } from './transport.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
const two = { agent_id: 'agent_a', recipients: [{ phone: '+12025550101' }, { phone: '+12025550102' }] }

/** A server, or a proxy before it, that sends the key back in every place it can. */
const echoes =
  (status: number): Transport =>
  async ({ headers }) => ({
    status,
    headers: {
      'content-type': `text/${headers.authorization}`,
      'x-request-id': KEY,
      'retry-after': '1',
      location: `https://elsewhere.example/${KEY}`,
    },
    body: JSON.stringify({
      error: { code: `bad_${KEY}`, message: `You sent ${headers.authorization}`, param: KEY },
      call_id: 7,
    }),
  })
const says =
  (body: string): Transport =>
  async ({ headers }) => ({
    status: 200,
    headers: { 'content-type': String(headers.authorization), 'x-request-id': KEY },
    body: body.replace('KEY', KEY),
  })
/** A library's error that carries the whole request along, as most do. */
const throws =
  (change: object): Transport =>
  async (request: TransportRequest) => {
    throw Object.assign(new Error(`Failed with ${request.headers.authorization}`), {
      config: request,
      request,
      ...change,
    })
  }

type Make = (movoice: Movoice) => Promise<unknown>
const place: Make = (movoice) => movoice.calls.create(input, { reconcile: false })
const look: Make = (movoice) => movoice.calls.create(input)
const statuses = [400, 401, 403, 404, 409, 422, 429, 500, 502, 307, 418, 600]

const cases: [name: string, transport: Transport, make: Make, options?: object][] = [
  ...statuses.map((status): [string, Transport, Make] => [`status ${status}`, echoes(status), place]),
  ['conflict, looked up', echoes(409), look],
  ['unknown outcome', echoes(500), look],
  ['page', says('<html>KEY'), place],
  ['wrong kind', says('{"call_id":["KEY"]}'), place],
  ['id kept', says('{"call_id":"call_1","status":["KEY"]}'), place],
  [
    'list of the wrong kind',
    says('{"calls":[{"call_id":{"KEY":1}}]}'),
    async (movoice) => movoice.calls.list(),
  ],
  ['thrown request', throws({}), place],
  ['thrown request, looked up', throws({ code: 'ECONNRESET' }), look],
  ['refused', async () => Promise.reject(new TransportFailure('connect', 'no', 'ECONNREFUSED')), place],
  ['TLS', async () => Promise.reject(new TransportFailure('tls', 'no', 'CERT_HAS_EXPIRED')), place],
  ['too large', async () => Promise.reject(new TransportFailure('too_large', 'maybe')), place],
  ['time-out', () => new Promise(() => undefined), place],
  ['aborted', echoes(200), (movoice) => movoice.calls.create(input, { signal: AbortSignal.abort() })],
  [
    'still running',
    says('{"call_id":"call_1","status":"active"}'),
    (movoice) => movoice.calls.waitUntilDone('call_1', { timeoutMs: 9 }),
  ],
  [
    'invalid',
    echoes(200),
    (movoice) => movoice.calls.create({ ...input, agent_id: '', recipient_phone: KEY }),
  ],
  [
    'batch in parts',
    async (request) => {
      const rows = (JSON.parse(request.body ?? '{}') as { recipients?: { phone: string }[] }).recipients
      return rows?.[0]?.phone === '+12025550101'
        ? { status: 200, headers: {}, body: '{"batch_id":"batch_1"}' }
        : echoes(500)(request)
    },
    (movoice) => movoice.calls.createBatch(two),
    { plan: { name: 'tiny', callsPerMinute: null, concurrentCalls: null, batchSize: 1 } },
  ],
  [
    'signature',
    echoes(200),
    async () => verifyWebhook('{}', { 'x-movoice-signature': signWebhook('[]', KEY) }, KEY),
  ],
  ['options', echoes(200), async () => new Movoice({ apiKey: `${KEY} ${KEY}`, transport: echoes(200) })],
]

describe('the API key', () => {
  const met = new Set<string>()

  it.each(cases)('is nowhere in the error after "%s"', async (_name, transport, make, options = {}) => {
    const clock = new VirtualClock()
    const movoice = new Movoice({
      apiKey: KEY,
      transport,
      clock,
      random: () => 0.5,
      maxRetries: 0,
      ...options,
    })
    const work = make(movoice).then(
      () => undefined,
      (error: unknown) => error,
    )
    const error = await clock.run(work)
    expect(errors.isMovoiceError(error)).toBe(true)
    expect(leaksOf(error, KEY)).toEqual([])
    met.add((error as errors.MovoiceError).name)
  })

  it('was looked for in every class of error', () => {
    const all = Object.values(errors)
      .filter((value) => typeof value === 'function' && value.prototype instanceof errors.MovoiceError)
      .map(({ name }) => name)
    expect([...met].sort()).toEqual(all.sort())
  })

  it('is nowhere in the client that holds it, nor in what it logs', async () => {
    const clock = new VirtualClock()
    const lines: unknown[] = []
    const logger = {
      debug: (...line: unknown[]) => lines.push(line),
      warn: (...line: unknown[]) => lines.push(line),
    }
    const movoice = new Movoice({ apiKey: KEY, transport: echoes(500), clock, logger })
    await clock.run(look(movoice).catch(() => undefined))
    expect(lines.length).toBeGreaterThan(3)
    expect(leaksOf(lines, KEY)).toEqual([])
    expect(JSON.stringify(lines)).not.toContain('2025550101')
    expect(leaksOf(movoice, KEY)).toEqual([])
  })

  it('would be found', () => {
    expect(
      leaksOf(Object.assign(new Error('x'), { config: { headers: [`Bearer ${KEY}`] } }), KEY),
    ).not.toEqual([])
    expect(leaksOf(new Error(`with ${KEY}`), KEY)).toContain('stack')
    expect(leaksOf(created, KEY)).toEqual([])
  })
})
