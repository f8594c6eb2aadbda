import { createHash } from 'node:crypto'
import { RateLimitedError } from '@movoice-kit/core/engine'
import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { completed, type Running, Stage } from '../testing/start.ts'
import { RATE_LIMITS, RateLimits } from './rate-limits.ts'

const stage = new Stage()
// The counters take the time from `Date`; nothing else stands still.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await stage.end()
})

const wrong = { headers: { authorization: 'Bearer not-the-token' } }
const signIn = ({ hooks }: Running, token: string, headers: Record<string, string> = {}) =>
  fetch(`${hooks.url}/dashboard/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    redirect: 'manual',
    headers,
  })
const codeOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string } }).error.code

describe('requests with a token', () => {
  test('are limited by token and by what they do, and the answer says when to come again', async () => {
    const sha256 = createHash('sha256').update('token-of-another').digest('hex')
    const running = await stage.hooks({
      rateLimits: { read: 3, manage: 2 },
      tokens: [{ name: 'another', sha256, scopes: ['read'] }],
    })
    for (let time = 0; time < 3; time += 1) expect((await running.request('/hooks')).status).toBe(200)
    vi.advanceTimersByTime(20_000)
    const refused = await running.request('/events')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('40')
    expect(await refused.json()).toEqual({
      error: { code: 'rate_limited', message: 'Too many requests. Come again in 40 s.' },
    })
    // Neither what the same token changes nor what another one reads is held up by it.
    const replay = { method: 'POST', body: '{"type":"call.failed"}' }
    expect((await running.request('/replay', replay)).status).toBe(202)
    expect((await running.request('/replay', replay)).status).toBe(202)
    expect((await running.request('/replay', replay)).status).toBe(429)
    const other = { headers: { authorization: 'Bearer token-of-another' } }
    expect((await running.request('/hooks', other)).status).toBe(200)
    const error = await running.client.list().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RateLimitedError)
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 40_000 })
    vi.advanceTimersByTime(40_000)
    expect((await running.request('/hooks')).status).toBe(200)
  })

  test('that is wrong are limited by address, and after too many not even the right one is looked at', async () => {
    const running = await stage.hooks({ rateLimits: { wrongTokens: 5 } })
    for (let time = 0; time < 3; time += 1) expect((await running.request('/hooks', wrong)).status).toBe(401)
    // Guesses at the dashboard and at Movoice's own route count as well.
    expect((await signIn(running, 'wrong')).status).toBe(401)
    const body = JSON.stringify(completed('call_1'))
    const guess = { method: 'POST', body, ...wrong }
    expect((await running.request('/movoice', guess)).status).toBe(401)
    expect((await running.request('/hooks', wrong)).status).toBe(429)
    expect((await running.request('/hooks')).status).toBe(429)
    const page = await signIn(running, running.hooks.token)
    expect(page.status).toBe(429)
    expect(page.headers.get('retry-after')).toBe('60')
    expect(await page.text()).toContain('Too many wrong tokens. Try again in 60 s.')
    // A signature is another proof: what Movoice sends is taken all the same.
    expect((await running.webhook(completed('call_1'))).status).toBe(202)
    expect((await fetch(`${running.hooks.url}/readyz`)).status).toBe(200)
    vi.advanceTimersByTime(60_000)
    expect((await running.request('/hooks')).status).toBe(200)
    expect((await signIn(running, running.hooks.token)).status).toBe(303)
  })
})

describe('webhooks', () => {
  test('that are signed are limited by account, which is answered so that Movoice comes again', async () => {
    const running = await stage.hooks({
      rateLimits: { ingest: 10 },
      accounts: { north: { webhookSecrets: 'north-secret' } },
    })
    const burst = Array.from({ length: 12 }, (_, call) => running.webhook(completed(`call_${call}`)))
    const answers = await Promise.all(burst)
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(10)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(['60', '60'])
    const north = { secret: 'north-secret', path: '/movoice/north' }
    expect((await running.webhook(completed('call_1'), north)).status).toBe(202)
    expect((await running.client.events({ limit: 100 })).events).toHaveLength(11)
  })

  test('of nobody use up nothing of what Movoice may send, and are told no reason past their own limit', async () => {
    const lines: string[] = []
    const write = (_fields: object, message: string) => lines.push(message)
    const log = { debug: write, info: write, warn: write, error: write }
    const running = await stage.hooks({ rateLimits: { ingest: 1, refused: 3 }, log })
    const forged = () => running.webhook(completed('call_1'), { secret: 'wrong' })
    for (let time = 0; time < 3; time += 1) expect((await forged()).status).toBe(401)
    for (let time = 0; time < 3; time += 1) {
      const answer = await forged()
      expect([answer.status, await codeOf(answer)]).toEqual([429, 'rate_limited'])
    }
    expect((await running.webhook(completed('call_1'))).status).toBe(202)
    expect(lines.filter((line) => line === 'a webhook was refused')).toHaveLength(3)
    const metrics = await (await running.request('/metrics')).text()
    expect(metrics).toContain('movoice_hooks_rate_limited_total{limit="refused"} 3')
  })

  test('of the busiest plan there is come nowhere near the limit', async () => {
    // Business places 200 calls a minute. Were each to start, act ten times, be transferred and end, and all of it to
    // come again four times at once, that would be:
    expect(200 * 13 * 5).toBeLessThan(RATE_LIMITS.ingest / 4)
  })
})

describe('callers', () => {
  test('behind a proxy are told apart where the proxy is trusted, and cannot make up an address elsewhere', async () => {
    const from = (address: string) => ({ headers: { ...wrong.headers, 'x-forwarded-for': address } })
    const rateLimits = { wrongTokens: 1 }
    const open = await stage.hooks({ rateLimits })
    expect((await open.request('/hooks', from('192.0.2.1'))).status).toBe(401)
    expect((await open.request('/hooks', from('192.0.2.2'))).status).toBe(429)
    const behind = await stage.hooks({ rateLimits, trustedProxies: ['127.0.0.0/8'] })
    expect((await behind.request('/hooks', from('192.0.2.1'))).status).toBe(401)
    expect((await behind.request('/hooks', from('192.0.2.2'))).status).toBe(401)
    expect((await behind.request('/hooks', from('192.0.2.1'))).status).toBe(429)
    // What stands before the trusted part was written by the caller.
    expect((await behind.request('/hooks', from('192.0.2.9, 192.0.2.1'))).status).toBe(429)
  })

  test('of one IPv6 network are one caller, and of a crowd only so many are remembered', async () => {
    const app = Fastify({ trustProxy: true })
    const limits = await RateLimits.on(app, { refused: 1 })
    app.get('/', async (request) => ({ waitS: await limits.add('refused', request) }))
    const ask = async (address: string) =>
      (await app.inject({ url: '/', headers: { 'x-forwarded-for': address } })).json() as { waitS: number }
    expect(await ask('2001:db8:1:1::1')).toEqual({ waitS: 0 })
    expect(await ask('2001:db8:1:1:ffff::2')).toEqual({ waitS: 60 })
    expect(await ask('2001:db8:1:2::1')).toEqual({ waitS: 0 })
    expect(await ask('::ffff:192.0.2.1')).toEqual({ waitS: 0 })
    expect(await ask('192.0.2.1')).toEqual({ waitS: 60 })
    for (let caller = 0; caller < 5_000; caller += 1) {
      await ask(`10.0.${Math.floor(caller / 250)}.${caller % 250}`)
    }
    expect(await ask('2001:db8:1:1::1')).toEqual({ waitS: 0 })
    await app.close()
  })
})
