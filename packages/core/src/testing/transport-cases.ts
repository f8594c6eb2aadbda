import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { Movoice } from '../client.ts'
import { Cancellation } from '../engine/cancel.ts'
import { isMovoiceError, type MovoiceError } from '../engine/errors.ts'
import { type Transport, TransportFailure, type TransportRequest } from '../engine/transport.ts'
import { leaksOf } from './canary.ts'
import { type FaultyServer, faultyServer, SENT_TEXT } from './faulty-server.ts'
import { created, KEY } from './scripted.ts'
import { until } from './until.ts'
import { VirtualClock } from './virtual-clock.ts'

/**
 * What a transport may be unable to do because of what it is built on. `cancels`: lets go of the connection when the
 * signal fires. `bounds`: stops reading an answer of more than 32 MB. `gzip`: takes compressed answers.
 */
export type TransportAbility = 'cancels' | 'bounds' | 'gzip'

export interface TransportCase {
  readonly name: string
  readonly run: () => Promise<void>
}

interface CaseContext {
  readonly send: Transport
  readonly server: FaultyServer
}

interface Case {
  readonly name: string
  readonly ability?: TransportAbility
  readonly run: (context: CaseContext) => Promise<void>
}

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }

const requestOf = (url: string, change: Partial<TransportRequest> = {}): TransportRequest => ({
  method: 'POST',
  url,
  headers: {
    authorization: `Bearer ${KEY}`,
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'movoice-kit/test',
  },
  body: JSON.stringify(input),
  timeoutMs: 5_000,
  signal: new Cancellation().signal,
  ...change,
})

async function failureOf(work: Promise<unknown>): Promise<TransportFailure> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof TransportFailure, `It threw ${String(error)}, which is no TransportFailure.`)
    assert.deepEqual(leaksOf(error, KEY), [], 'The failure shows the API key.')
    return error
  }
  return assert.fail('It did not fail.')
}

const sending: Case[] = [
  {
    name: 'sends method, path, query, headers and body as they are',
    run: async ({ send, server }) => {
      const body = JSON.stringify({ ...input, variables: { name: 'Zoë', n: '1'.repeat(5_000) } })
      const answer = await send(requestOf(`${server.origin}/echo/call?a=1%2B1&b=x%20y`, { body }))
      const seen = JSON.parse(answer.body) as { headers: Record<string, string> }
      assert.deepEqual(
        { ...seen, headers: {} },
        { method: 'POST', path: '/call?a=1%2B1&b=x%20y', headers: {}, body },
      )
      assert.equal(seen.headers.authorization, `Bearer ${KEY}`)
      assert.match(seen.headers['content-type'] ?? '', /^application\/json/)
      assert.equal(seen.headers.accept, 'application/json')
    },
  },
  ...(['GET', 'PATCH'] as const).map(
    (method): Case => ({
      name: `sends a ${method}`,
      run: async ({ send, server }) => {
        const body = method === 'GET' ? undefined : '{"prompt":"Hi"}'
        const answer = await send(requestOf(`${server.origin}/echo/agents/a%2Fb`, { method, body }))
        assert.deepEqual(
          { ...(JSON.parse(answer.body) as object), headers: {} },
          { method, path: '/agents/a%2Fb', headers: {}, body: body ?? '' },
        )
      },
    }),
  ),
]

const answering: Case[] = [
  ...[200, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503].map(
    (status): Case => ({
      name: `resolves for ${status} with its headers and body, after one request`,
      run: async ({ send, server }) => {
        const answer = await send(requestOf(`${server.origin}/status/${status}/call`))
        assert.equal(answer.status, status)
        assert.equal(answer.headers['retry-after'], '7')
        assert.equal(answer.headers['x-request-id'], 'req_1')
        assert.ok(!Number.isNaN(Date.parse(answer.headers.date ?? '')), 'The Date header is missing.')
        assert.match(answer.body, /"message":"said so"/)
        assert.equal(server.requests.length, 1)
      },
    }),
  ),
  ...[301, 302, 303, 307, 308].map(
    (status): Case => ({
      name: `gives a ${status} back and does not follow it`,
      run: async ({ send, server }) => {
        const answer = await send(requestOf(`${server.origin}/redirect/${status}/call`))
        assert.equal(answer.status, status)
        assert.equal(server.requests.length, 1)
      },
    }),
  ),
  {
    name: 'gives a page as text',
    run: async ({ send, server }) => {
      for (const status of [200, 502]) {
        const answer = await send(requestOf(`${server.origin}/page/${status}/call`))
        assert.equal(answer.status, status)
        assert.match(answer.body, /^<!doctype html>/)
        assert.match(answer.headers['content-type'] ?? '', /text\/html/)
      }
    },
  },
  {
    name: 'gives an empty body as empty text',
    run: async ({ send, server }) => {
      for (const status of [200, 204, 500]) {
        const answer = await send(requestOf(`${server.origin}/empty/${status}/call`))
        assert.deepEqual([answer.status, answer.body], [status, ''])
      }
    },
  },
  {
    name: 'gives half a JSON as it came',
    run: async ({ send, server }) => {
      const answer = await send(requestOf(`${server.origin}/cut/call`))
      assert.equal(answer.body, JSON.stringify(created).slice(0, 20))
    },
  },
  {
    name: 'reads characters that come in pieces',
    run: async ({ send, server }) => {
      const answer = await send(requestOf(`${server.origin}/pieces/call`))
      assert.deepEqual(JSON.parse(answer.body), { text: SENT_TEXT })
    },
  },
  {
    name: 'reads a compressed answer',
    ability: 'gzip',
    run: async ({ send, server }) => {
      const answer = await send(requestOf(`${server.origin}/gzip/call`))
      assert.deepEqual(JSON.parse(answer.body), { text: SENT_TEXT })
    },
  },
  {
    name: 'reads no more than 32 MB',
    ability: 'bounds',
    run: async ({ send, server }) => {
      const failure = await failureOf(send(requestOf(`${server.origin}/huge/call`)))
      assert.deepEqual([failure.kind, failure.sent], ['too_large', 'maybe'])
    },
  },
]

const failing: Case[] = [
  {
    name: 'says that nothing was sent when the connection is refused',
    run: async ({ send }) => {
      const failure = await failureOf(send(requestOf(`http://127.0.0.1:${await closedPort()}/call`)))
      assert.deepEqual([failure.kind, failure.sent], ['connect', 'no'])
    },
  },
  {
    name: 'says that nothing was sent when the host has no address',
    run: async ({ send }) => {
      const failure = await failureOf(send(requestOf('http://no-such-host.invalid/call')))
      assert.deepEqual([failure.kind, failure.sent], ['dns', 'no'])
    },
  },
  ...(['reset', 'hangup', 'breaks'] as const).map(
    (fault): Case => ({
      name: `says that the request may have arrived after "${fault}", and does not send it again`,
      run: async ({ send, server }) => {
        // The second one travels on a connection that was used before, where libraries like to try again.
        await send(requestOf(`${server.origin}/good/call`))
        const failure = await failureOf(send(requestOf(`${server.origin}/${fault}/call`)))
        assert.equal(failure.sent, 'maybe')
        await new Promise((resolve) => setTimeout(resolve, 50))
        assert.equal(server.requests.length, 2)
      },
    }),
  ),
  ...(['silent', 'stalls'] as const).map(
    (fault): Case => ({
      name: `lets go of a connection that is "${fault}" when it is no longer wanted`,
      ability: 'cancels',
      run: async ({ send, server }) => {
        const stop = new Cancellation()
        const failure = failureOf(send(requestOf(`${server.origin}/${fault}/call`, { signal: stop.signal })))
        await until(() => server.requests.length === 1, 'the request')
        stop.cancel()
        assert.deepEqual([(await failure).kind, (await failure).sent], ['aborted', 'maybe'])
        await until(() => server.abandoned() === 1, 'the end of the connection')
      },
    }),
  ),
  {
    name: 'sends nothing when it was no longer wanted before',
    ability: 'cancels',
    run: async ({ send, server }) => {
      const stop = new Cancellation()
      stop.cancel()
      await failureOf(send(requestOf(`${server.origin}/good/call`, { signal: stop.signal })))
      assert.equal(server.requests.length, 0)
    },
  },
]

interface Told {
  readonly name: string
  readonly code: string
  readonly sent: string
}

/** One user's call on a faulty server: what the error says is the same over every transport. */
const told: Record<string, Told> = {
  'status/400': { name: 'InvalidRequestError', code: 'invalid_request', sent: 'yes' },
  'status/401': { name: 'UnauthorizedError', code: 'unauthorized', sent: 'yes' },
  'status/403': { name: 'ForbiddenError', code: 'forbidden', sent: 'yes' },
  'status/404': { name: 'NotFoundError', code: 'not_found', sent: 'yes' },
  'status/409': { name: 'ConflictError', code: 'conflict', sent: 'yes' },
  'status/422': { name: 'UnprocessableError', code: 'unprocessable', sent: 'yes' },
  'status/500': { name: 'ServerError', code: 'server_error', sent: 'maybe' },
  'page/502': { name: 'ServerError', code: 'http_502', sent: 'maybe' },
  'page/503': { name: 'ServerError', code: 'http_503', sent: 'maybe' },
  'empty/504': { name: 'ServerError', code: 'http_504', sent: 'maybe' },
  'redirect/307': { name: 'UnexpectedResponseError', code: 'redirected', sent: 'yes' },
  'page/200': { name: 'UnexpectedResponseError', code: 'answer_unreadable', sent: 'maybe' },
  'empty/200': { name: 'UnexpectedResponseError', code: 'answer_unreadable', sent: 'maybe' },
  cut: { name: 'UnexpectedResponseError', code: 'answer_unreadable', sent: 'maybe' },
  reset: { name: 'ConnectionError', code: 'connection_lost', sent: 'maybe' },
  hangup: { name: 'ConnectionError', code: 'connection_lost', sent: 'maybe' },
  breaks: { name: 'ConnectionError', code: 'connection_lost', sent: 'maybe' },
  silent: { name: 'TimeoutError', code: 'timeout', sent: 'maybe' },
  stalls: { name: 'TimeoutError', code: 'timeout', sent: 'maybe' },
}

const throughClient: Case[] = [
  {
    name: 'places a call through the client',
    run: async ({ send, server }) => {
      const call = await clientOf(send, `${server.origin}/good`).calls.create(input)
      assert.deepEqual(call, created)
      assert.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), input)
    },
  },
  ...Object.entries(told).map(
    ([fault, expected]): Case => ({
      name: `sends one call once and says so after "${fault}"`,
      run: async ({ send, server }) => {
        const posts = () => server.requests.filter(({ method }) => method === 'POST').length
        // Where time has to run out it does so once the call has arrived, however slow the machine is.
        const clock = expected.code === 'timeout' ? new VirtualClock() : undefined
        const client = clientOf(send, `${server.origin}/${fault}`, clock)
        const work = client.calls.create(input, { reconcile: false })
        const error = await errorOf(
          clock === undefined ? work : until(() => posts() > 0, 'the call').then(() => clock.run(work)),
        )
        assert.deepEqual({ name: error.name, code: error.code, sent: error.sent }, expected)
        assert.equal(error.attempts, 1)
        assert.notEqual(error.hint, '')
        assert.deepEqual(leaksOf(error, KEY), [], 'The error shows the API key.')
        assert.equal(posts(), 1)
      },
    }),
  ),
]

const clientOf = (transport: Transport, baseUrl: string, clock?: VirtualClock) =>
  new Movoice({ apiKey: KEY, baseUrl, transport, clock })

async function errorOf(work: Promise<unknown>): Promise<MovoiceError> {
  try {
    await work
  } catch (error) {
    if (isMovoiceError(error)) return error
    throw error
  }
  return assert.fail('It did not fail.')
}

/** A port of this machine on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : assert.fail('It has no port.')
}

/**
 * What every transport must do, as cases for any test runner: each starts a faulty server of its own on loopback.
 * A transport that cannot do one of {@link TransportAbility} says so, and those cases are left out.
 *
 * @param make gives the transport to test; called once a case
 * @example
 * describe('my transport', () => {
 *   test.each(transportCases(() => myTransport(), { cannot: ['cancels'] }))('$name', ({ run }) => run())
 * })
 */
export function transportCases(
  make: () => Transport,
  { cannot = [] }: { readonly cannot?: readonly TransportAbility[] } = {},
): TransportCase[] {
  return [...sending, ...answering, ...failing, ...throughClient]
    .filter(({ ability }) => ability === undefined || !cannot.includes(ability))
    .map(({ name, run }) => ({
      name,
      run: async () => {
        const server = await faultyServer()
        try {
          await run({ send: make(), server })
        } finally {
          await server.close()
        }
      },
    }))
}
