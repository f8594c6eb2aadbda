import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Movoice, type MovoiceOptions } from '../client.ts'
import { created, KEY, VirtualClock } from '../testing/index.ts'
import { CallEventFeed } from './event-source.ts'
import { MemorySlotLog } from './slot-log.ts'
import type { Transport } from './transport.ts'

const MINUTE = 60_000
const input = (n: number) => ({
  agent_id: 'agent_a',
  recipient_phone: `+1202555${String(n).padStart(4, '0')}`,
})

/** The ways an API may count "so many a minute": by minutes of the clock, by the last 60 s, or evenly spaced. */
const windows = {
  fixed: (limit: number) => {
    let minute = -1
    let count = 0
    return (now: number) => {
      if (Math.floor(now / MINUTE) !== minute) {
        minute = Math.floor(now / MINUTE)
        count = 0
      }
      count += 1
      return count <= limit
    }
  },
  sliding: (limit: number) => {
    const times: number[] = []
    return (now: number) => {
      while ((times[0] ?? now) <= now - MINUTE) times.shift()
      if (times.length >= limit) return false
      times.push(now)
      return true
    }
  },
  spaced: (limit: number) => {
    let next = 0
    return (now: number) => {
      if (now < next) return false
      next = now + MINUTE / limit
      return true
    }
  },
} as const

/** An API that allows so many a minute, with trips that take between 100 and 500 ms. */
function limited(clock: VirtualClock, allows: (now: number) => boolean, seed = 1) {
  let random = seed
  const draw = () => {
    random = (random * 16_807) % 2_147_483_647
    return random / 2_147_483_647
  }
  const counts = { placed: 0, refused: 0 }
  const transport: Transport = async () => {
    await clock.sleep(50 + draw() * 200)
    const fine = allows(clock.now())
    counts[fine ? 'placed' : 'refused'] += 1
    const answer = fine
      ? { status: 200, headers: {}, body: JSON.stringify({ ...created, call_id: `call_${counts.placed}` }) }
      : { status: 429, headers: { 'retry-after': '1' }, body: '' }
    await clock.sleep(50 + draw() * 200)
    return answer
  }
  return { counts, transport }
}

const clientOf = (clock: VirtualClock, transport: Transport, options: Partial<MovoiceOptions>) =>
  new Movoice({
    apiKey: KEY,
    transport,
    clock,
    random: () => 0.5,
    queueTimeoutMs: 24 * 60 * MINUTE,
    ...options,
  })

describe.each(['fixed', 'sliding'] as const)('demand without end, counted by a %s window', (kind) => {
  it.each([10, 60, 200])('use at least 99 percent of %d a minute, without one 429', async (limit) => {
    const clock = new VirtualClock(undefined, 1)
    const { counts, transport } = limited(clock, windows[kind](limit))
    const movoice = clientOf(clock, transport, { plan: `${limit}x100000` })
    const controller = new AbortController()
    const works = Array.from({ length: limit * 31 }, (_, n) =>
      movoice.calls.create(input(n % 10_000), { signal: controller.signal }).catch(() => undefined),
    )
    // The busiest is looked at for a third of the time, so that the suite stays quick.
    const minutes = limit > 100 ? 10 : 30
    await clock.advance(minutes * MINUTE)
    expect(counts.refused).toBe(0)
    // The first minute's slots are there at once, so so many minutes hold so many times the limit and not one more.
    expect(counts.placed).toBeGreaterThanOrEqual(0.99 * minutes * limit)
    controller.abort()
    await Promise.all(works)
    expect(clock.sleeping).toBeLessThanOrEqual(limit)
  })
})

describe('an API that counts otherwise', () => {
  it.each([10, 60])('is met with even spacing after the first refusal (%d a minute)', async (limit) => {
    const clock = new VirtualClock(undefined, 1)
    const { counts, transport } = limited(clock, windows.spaced(limit))
    const movoice = clientOf(clock, transport, {
      plan: `${limit}x100000`,
      maxRetries: 50,
      deadlineMs: 10 * MINUTE,
    })
    const works = Array.from({ length: limit * 4 }, (_, n) => movoice.calls.create(input(n)))
    await clock.run(Promise.allSettled(works))
    // The burst before the first refusal was heard is refused, and little after.
    expect(counts.refused).toBeLessThanOrEqual(limit * 2)
    expect(counts.placed).toBe(limit * 4)
  })
})

describe('without a plan', () => {
  it('nothing is held back', async () => {
    const clock = new VirtualClock(undefined, 1)
    const { counts, transport } = limited(clock, () => true)
    const movoice = clientOf(clock, transport, {})
    const began = clock.now()
    await clock.run(Promise.all(Array.from({ length: 300 }, (_, n) => movoice.calls.create(input(n)))))
    expect(counts.placed).toBe(300)
    expect(clock.now() - began).toBeLessThan(1_000)
  })
})

describe('the log of slots', () => {
  it('never has more than the limit in any minute after an answer', async () => {
    const step = fc.record({
      pause: fc.integer({ min: 0, max: 30_000 }),
      trip: fc.integer({ min: 0, max: 5_000 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { maxLength: 40 }),
        async (limit, steps) => {
          let now = 0
          const log = new MemorySlotLog(() => now)
          const answered: number[] = []
          for (const { pause, trip } of steps) {
            now += pause
            const taken = await log.take(limit, 0)
            const recent = answered.filter((at) => at > now - MINUTE).length
            if (!('token' in taken)) {
              expect(recent).toBeGreaterThanOrEqual(limit)
              expect(taken.waitMs).toBeGreaterThan(0)
              continue
            }
            expect(recent).toBeLessThan(limit)
            now += trip
            answered.push(now)
            await log.release(taken.token, MINUTE)
          }
        },
      ),
    )
  })

  it('gives back at once what was not sent', async () => {
    const log = new MemorySlotLog(() => 0)
    const taken = await log.take(1, 0)
    expect(await log.take(1, 0)).toEqual({ waitMs: Number.POSITIVE_INFINITY })
    if ('token' in taken) await log.release(taken.token, 0)
    expect(await log.take(1, 0)).toHaveProperty('token')
  })

  it('that cannot be read fails the call, and says that nothing was sent', async () => {
    const clock = new VirtualClock(undefined, 1)
    const { counts, transport } = limited(clock, () => true)
    const slotLog = {
      take: async () => {
        throw new Error('password=hunter2')
      },
      release: async () => undefined,
    }
    const work = clientOf(clock, transport, { plan: '10x10', slotLog }).calls.create(input(1))
    await expect(clock.run(work)).rejects.toMatchObject({ code: 'pacing_unavailable', sent: 'no' })
    await expect(work).rejects.not.toThrow(/hunter2/)
    expect(counts.placed).toBe(0)
  })
})

/** Calls of 30 to 150 s on so many lines; one more than that at once is a fault. */
function lines(clock: VirtualClock, limit: number, onOver: (callId: string) => void) {
  let random = 7
  const state = { on: 0, most: 0, ends: new Map<string, number>(), busyMs: 0, looks: 0, placed: 0 }
  const transport: Transport = async ({ method, url }) => {
    await clock.sleep(100)
    if (method === 'GET') {
      state.looks += 1
      const callId = url.split('/').at(-1) ?? ''
      const over = (state.ends.get(callId) ?? 0) <= clock.now()
      const body = JSON.stringify({ call_id: callId, status: over ? 'completed' : 'active' })
      return { status: 200, headers: {}, body }
    }
    random = (random * 16_807) % 2_147_483_647
    const lasts = 30_000 + (random / 2_147_483_647) * 120_000
    state.placed += 1
    const callId = `call_${state.placed}`
    state.on += 1
    state.most = Math.max(state.most, state.on)
    state.busyMs += lasts
    state.ends.set(callId, clock.now() + lasts)
    void clock.sleep(lasts).then(() => {
      state.on -= 1
      onOver(callId)
    })
    await clock.sleep(100)
    return { status: 200, headers: {}, body: JSON.stringify({ ...created, call_id: callId }) }
  }
  return { state, transport, limit }
}

describe.each([1, 3, 10])('%d calls at once', (limit) => {
  async function simulate(events: CallEventFeed | undefined) {
    const clock = new VirtualClock(undefined, 1)
    const { state, transport } = lines(clock, limit, (call_id) => {
      // A webhook takes a moment to arrive.
      void clock.sleep(1_000).then(() => events?.publish({ type: 'call.completed', call_id }))
    })
    const movoice = clientOf(clock, transport, { plan: `100000x${limit}`, events })
    const began = clock.now()
    const count = 60 * limit
    await clock.run(Promise.all(Array.from({ length: count }, (_, n) => movoice.calls.create(input(n)))))
    // Until the last call was placed, every line should have been busy.
    const used =
      state.busyMs - [...state.ends.values()].reduce((sum, end) => sum + Math.max(0, end - clock.now()), 0)
    return { state, use: used / ((clock.now() - began) * limit) }
  }

  it('are never more, and with events the lines are in use for at least 96 % of the time', async () => {
    const { state, use } = await simulate(new CallEventFeed())
    expect(state.most).toBe(limit)
    expect(use).toBeGreaterThanOrEqual(0.96)
    expect(state.looks).toBeLessThanOrEqual(3 * state.placed)
  })

  it('are never more without events, by looking', async () => {
    const { state, use } = await simulate(undefined)
    expect(state.most).toBe(limit)
    expect(use).toBeGreaterThanOrEqual(0.84)
  })
})

describe('waiting for a turn', () => {
  const oneLine = () => {
    const clock = new VirtualClock(undefined, 1)
    const { state, transport } = lines(clock, 1, () => undefined)
    return { clock, state, movoice: clientOf(clock, transport, { plan: '100x1', queueTimeoutMs: 20_000 }) }
  }

  it('ends at queueTimeoutMs, with nothing sent', async () => {
    const { clock, state, movoice } = oneLine()
    await clock.run(movoice.calls.create(input(1)))
    const second = movoice.calls.create(input(2))
    await expect(clock.run(second)).rejects.toMatchObject({ code: 'queue_timeout', sent: 'no' })
    expect(state.placed).toBe(1)
  })

  it('ends at once on an abort', async () => {
    const { clock, movoice } = oneLine()
    await clock.run(movoice.calls.create(input(1)))
    const controller = new AbortController()
    const second = movoice.calls.create(input(2), { signal: controller.signal })
    await clock.advance(1_000)
    const before = clock.now()
    controller.abort()
    await expect(second).rejects.toMatchObject({ name: 'AbortedError', sent: 'no' })
    expect(clock.now()).toBe(before)
  })

  it('is over when somebody else saw the call end', async () => {
    const { clock, state, movoice } = oneLine()
    const first = await clock.run(movoice.calls.create(input(1)))
    state.ends.set(first.call_id, clock.now())
    const second = movoice.calls.create(input(2))
    await clock.advance(10)
    await clock.run(movoice.calls.get(first.call_id))
    await clock.run(second)
    expect(state.placed).toBe(2)
  })
})
