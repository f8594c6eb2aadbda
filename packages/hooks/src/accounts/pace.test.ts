import { until, VirtualClock } from '@movoice-kit/core/testing'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterEach, expect, test } from 'vitest'
import { ScriptedApi } from '../testing/scripted-api.ts'
import { completed, Stage } from '../testing/start.ts'
import { makeAccounts } from './make-accounts.ts'
import { Pace, StoppedError } from './pace.ts'

const stage = new Stage()
afterEach(() => stage.end())

const nobody = () => undefined
const observer = {
  webhook: nobody,
  attempt: nobody,
  request: nobody,
  enrich: nobody,
  sweep: nobody,
  limited: nobody,
}

async function setUp(options: { plan?: string; apiPerMinute?: number; share?: number } = {}) {
  const clock = new VirtualClock()
  const api = new ScriptedApi(clock)
  const { share = 1, ...own } = options
  const accounts = await makeAccounts(
    { apiKey: 'sk_scripted', transport: api.transport, ...own },
    { clock, random: () => 0.5, observer, share: () => share },
  )
  const account = accounts.get('default')
  if (account === undefined) throw new Error('There is always one.')
  const began = clock.now()
  const ask = (count: number) =>
    clock.run(Promise.allSettled(Array.from({ length: count }, (_, index) => account.call(`call_${index}`))))
  return { clock, api, account, ask, seconds: () => api.times.map((at) => Math.round((at - began) / 1000)) }
}

/** The most requests in any minute. */
const inAMinute = (seconds: readonly number[]) =>
  Math.max(...seconds.map((from) => seconds.filter((at) => at >= from && at < from + 60).length))

test.each([
  [{ plan: 'starter' }, 5],
  [{ plan: 'growth' }, 30],
  [{ plan: 'business' }, 100],
  [{ plan: '120x5' }, 60],
  [{}, 60],
  [{ plan: 'growth', apiPerMinute: 12 }, 12],
  [{ plan: 'growth', share: 3 }, 10],
])(
  '%j leaves the rest of the minute to phone calls: %d requests are begun, and a small burst',
  async (options, perMinute) => {
    const { ask, seconds } = await setUp(options)
    await ask(perMinute * 3)
    const burst = Math.max(3, Math.floor(perMinute / 6))
    expect(seconds().filter((at) => at === 0)).toHaveLength(burst)
    expect(inAMinute(seconds())).toBeLessThanOrEqual(perMinute + burst)
    // And none waits for longer than it must.
    expect(seconds().at(-1)).toBeLessThanOrEqual(180)
  },
)

test('a hold that no event can wait for is told rather than waited out', async () => {
  const { clock, api, account } = await setUp({ apiPerMinute: 60 })
  api.busy = { times: 1, retryAfter: '86400' }
  await expect(clock.run(account.call('call_1'))).rejects.toMatchObject({
    name: 'RateLimitedError',
    sent: 'no',
  })
  await expect(clock.run(account.call('call_2'))).rejects.toMatchObject({ name: 'RateLimitedError' })
  // Nothing was asked meanwhile; what is left of a hold that is nearly over is waited for.
  expect(api.times).toHaveLength(1)
  await clock.advance(86_400_000 - 60_000)
  await expect(clock.run(account.call('call_3'))).rejects.toMatchObject({ status: 404 })
})

test('a clock that is put back an hour holds nothing up', async () => {
  let now = 10 * 3_600_000
  const slept: number[] = []
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms)
      now += ms
    },
  }
  const pace = new Pace({ clock, perMinute: () => 60 })
  for (let turn = 0; turn < 20; turn += 1) await pace.turn()
  now -= 3_600_000
  await pace.turn()
  expect(Math.max(...slept)).toBeLessThanOrEqual(2_000)
  pace.hold(5_000)
  now -= 3_600_000
  await pace.turn()
  expect(Math.max(...slept)).toBeLessThanOrEqual(15_000)
})

test('a 429 holds back all that is asked for, until the time it names, and then not all at once', async () => {
  const { api, ask, seconds } = await setUp({ apiPerMinute: 60 })
  api.busy = { times: 1, retryAfter: '90' }
  await ask(40)
  const [first, ...rest] = seconds()
  expect(first).toBe(0)
  // What was on its way as the answer came is all that still goes.
  const after = rest.filter((at) => at > 0)
  expect(Math.min(...after)).toBeGreaterThanOrEqual(90)
  expect(after.length).toBeGreaterThanOrEqual(30)
  expect(inAMinute(after)).toBeLessThanOrEqual(70)
  expect(api.asked.gets).toBe(40)
})

test('an API that is too busy again and again is left alone for now, with its own error', async () => {
  const { api, ask } = await setUp({ apiPerMinute: 60 })
  api.busy = { times: 1_000, retryAfter: '5' }
  const [outcome] = await ask(1)
  expect(outcome).toMatchObject({ status: 'rejected', reason: { status: 429, code: 'rate_limited' } })
  expect(api.times).toHaveLength(10)
})

test('at a stop nobody waits for a turn any more', async () => {
  const clock = new VirtualClock()
  const pace = new Pace({ clock, perMinute: () => 1 })
  const turns = Array.from({ length: 5 }, () => pace.turn())
  const ends = Promise.allSettled(turns)
  await clock.advance(1_000)
  pace.stop()
  const reasons = (await ends).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(reasons).toHaveLength(2)
  expect(reasons.every((reason) => reason instanceof StoppedError)).toBe(true)
  expect(clock.sleeping).toBe(0)
})

test('a server stops at once with requests in line, and goes on with them after its start', async () => {
  const sandbox = await createSandbox({ speed: 0 })
  stage.defer(() => sandbox.close())
  const receiver = await stage.receiver()
  const options = {
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.baseUrl,
    dataDir: stage.folder(),
    completionMs: 0,
  }
  const first = await stage.hooks({ ...options, apiPerMinute: 1 })
  await first.client.subscribe({ target_url: receiver.url, event: '*' })
  for (let call = 0; call < 10; call += 1) await first.webhook(completed(`call_${call}`))
  // Three may go at once; the next would have to wait for a minute.
  await until(() => receiver.received.length === 3)
  await first.hooks.close()
  expect(receiver.received).toHaveLength(3)
  await stage.hooks({ ...options, apiPerMinute: 1_000 })
  await until(() => receiver.received.length === 10, 'the other seven')
  expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(10)
})
