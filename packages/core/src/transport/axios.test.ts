import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { isMovoiceError } from '../engine/errors.ts'
import { created, KEY, leaksOf, VirtualClock } from '../testing/index.ts'
import { axiosTransport } from './axios.ts'

const ORIGIN = 'https://api.movoice.ai'
const input = { agent_id: 'agent_a', recipient_phone: '+12025550101', variables: { name: 'Asha' } }

// The clock jumps, so that waiting out a Retry-After costs no time; the requests are real, as far as nock lets them.
const client = () => {
  const clock = new VirtualClock()
  const movoice = new Movoice({ apiKey: KEY, transport: axiosTransport(), clock, random: () => 0.5 })
  return { clock, movoice }
}

/** Runs the work while time passes for it, since answers of a library do not come by the virtual clock. */
async function settled<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let over = false
  const watched = work.finally(() => {
    over = true
  })
  watched.catch(() => undefined)
  while (!over) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    await clock.advance(100)
  }
  return watched
}

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe('over axios', () => {
  it('POST /call carries the key, the JSON and our name', async () => {
    const { clock, movoice } = client()
    const scope = nock(ORIGIN, {
      reqheaders: {
        authorization: `Bearer ${KEY}`,
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': /movoice-kit\/\d/,
      },
    })
      .post('/v1/call', input)
      .reply(200, created)
    await expect(settled(clock, movoice.calls.create(input))).resolves.toEqual(created)
    scope.done()
  })

  it('GET /calls carries the query', async () => {
    const { clock, movoice } = client()
    const query = { agent_id: 'agent_a', status: 'completed', from: 1, to: 2, limit: 5, offset: 10 }
    const scope = nock(ORIGIN).get('/v1/calls').query(query).reply(200, { calls: [], total: 0 })
    const page = await settled(clock, Promise.resolve(movoice.calls.list(query)))
    expect(page).toEqual({ items: [], total: 0, hasMore: false })
    scope.done()
  })

  it('PATCH /agents/{agent_id} carries the change', async () => {
    const { clock, movoice } = client()
    const scope = nock(ORIGIN)
      .patch('/v1/agents/agent_a', { prompt: 'Hi' })
      .reply(200, { agent_id: 'agent_a', prompt: 'Hi' })
    await settled(clock, movoice.agents.update('agent_a', { prompt: 'Hi' }))
    scope.done()
  })

  it('a 429 is waited out and the call placed once', async () => {
    const { clock, movoice } = client()
    const scope = nock(ORIGIN)
      .post('/v1/call')
      .reply(429, { error: { code: 'rate_limited', message: 'Slow down' } }, { 'Retry-After': '7' })
      .post('/v1/call')
      .reply(200, created)
    const began = clock.now()
    await settled(clock, movoice.calls.create(input))
    expect(clock.now() - began).toBeGreaterThanOrEqual(7_000)
    scope.done()
  })

  it('a refused connection is tried again, as nothing was sent', async () => {
    const { clock, movoice } = client()
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' })
    const scope = nock(ORIGIN).post('/v1/call').replyWithError(refused).post('/v1/call').reply(200, created)
    await expect(settled(clock, movoice.calls.create(input))).resolves.toEqual(created)
    scope.done()
  })

  it.each([
    ['ECONNRESET', 'read'],
    ['EPIPE', 'write'],
    ['ETIMEDOUT', 'read'],
    ['EWHATEVER', undefined],
  ])('%s is not: the call is looked up instead, and found', async (code, syscall) => {
    const { clock, movoice } = client()
    const created_at = Math.floor(clock.now() / 1000)
    const scope = nock(ORIGIN)
      .post('/v1/call')
      .replyWithError(Object.assign(new Error(code), { code, syscall }))
      .get('/v1/calls')
      .query(({ agent_id, from }) => agent_id === 'agent_a' && Number(from) <= created_at)
      .reply(200, { calls: [{ ...created, created_at }], total: 1 })
    const call = await settled(clock, movoice.calls.create(input))
    expect(call).toMatchObject({ call_id: 'call_1', reconciled: true })
    scope.done()
  })

  it('an error of axios never comes through, and none shows the key', async () => {
    const { clock, movoice } = client()
    nock(ORIGIN).get('/v1/agents/agent_a').times(3).replyWithError('axios would add its config to this')
    const error = await settled(
      clock,
      movoice.agents.get('agent_a').then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    )
    expect(isMovoiceError(error)).toBe(true)
    expect(error).not.toHaveProperty('config')
    expect(leaksOf(error, KEY)).toEqual([])
  })
})
