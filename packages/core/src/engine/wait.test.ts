import { describe, expect, it } from 'vitest'
import { Movoice, type MovoiceOptions } from '../client.ts'
import { KEY, VirtualClock } from '../testing/index.ts'
import { CallEventFeed } from './event-source.ts'
import { type Transport, TransportFailure } from './transport.ts'

/** A call that ends after `lasts` ms, and whose summary and transcript come `later` ms after that. */
function setUp({ lasts = 90_000, later = 0, faults = 0 } = {}, options: Partial<MovoiceOptions> = {}) {
  const clock = new VirtualClock()
  const began = clock.now()
  const state = { gets: 0, faults }
  const transport: Transport = async () => {
    state.gets += 1
    if (state.faults > 0) {
      state.faults -= 1
      throw new TransportFailure('reset', 'maybe', 'ECONNRESET')
    }
    const passed = clock.now() - began
    const call = {
      call_id: 'call_1',
      status: passed < lasts ? 'active' : 'completed',
      ...(passed >= lasts + later && { summary: 'Booked.', transcript: 'agent: Hello' }),
    }
    return { status: 200, headers: {}, body: JSON.stringify(call) }
  }
  const movoice = new Movoice({ apiKey: KEY, transport, clock, random: () => 0.5, ...options })
  return { clock, state, movoice, passed: () => clock.now() - began }
}

describe('waiting for the end of a call', () => {
  it('costs at most 8 requests for a call of 90 s, and notices the end within 5 s', async () => {
    const { clock, state, movoice, passed } = setUp()
    const call = await clock.run(movoice.calls.waitUntilDone('call_1'))
    expect(call).toMatchObject({ status: 'completed', summary: 'Booked.' })
    expect(state.gets).toBeLessThanOrEqual(8)
    expect(passed()).toBeLessThanOrEqual(95_000)
  })

  it('gives a call at once that is over already', async () => {
    const { clock, state, movoice, passed } = setUp({ lasts: 0 })
    await clock.run(movoice.calls.waitUntilDone('call_1'))
    expect([state.gets, passed()]).toEqual([1, 0])
  })

  it.each([80_000, 95_000, 200_000, 601_000])(
    'notices the end of a call of %d ms within 5 s',
    async (lasts) => {
      const { clock, movoice, passed } = setUp({ lasts })
      await clock.run(movoice.calls.waitUntilDone('call_1'))
      expect(passed() - lasts).toBeLessThanOrEqual(5_000)
    },
  )

  it('goes on until the summary and the transcript are there', async () => {
    const { clock, movoice, passed } = setUp({ later: 20_000 })
    const call = await clock.run(movoice.calls.waitUntilDone('call_1'))
    expect(call.summary).toBe('Booked.')
    expect(passed()).toBeLessThanOrEqual(115_000)
  })

  it('does not wait for them for ever', async () => {
    const { clock, movoice, passed } = setUp({ later: 10_000_000 })
    const call = await clock.run(movoice.calls.waitUntilDone('call_1'))
    expect(call.status).toBe('completed')
    expect(passed()).toBeLessThanOrEqual(160_000)
  })

  it('outlives faults of the network', async () => {
    const { clock, movoice } = setUp({ faults: 6 }, { maxRetries: 0 })
    await expect(clock.run(movoice.calls.waitUntilDone('call_1'))).resolves.toMatchObject({
      status: 'completed',
    })
  })

  it('ends at timeoutMs, and says that the call goes on', async () => {
    const { clock, movoice, passed } = setUp({ lasts: 10_000_000 })
    const work = movoice.calls.waitUntilDone('call_1', { timeoutMs: 60_000 })
    await expect(clock.run(work)).rejects.toMatchObject({ code: 'still_running', sent: 'yes' })
    expect(passed()).toBe(60_000)
  })

  it('ends on an abort', async () => {
    const { clock, movoice, passed } = setUp()
    const controller = new AbortController()
    const work = movoice.calls.waitUntilDone('call_1', { signal: controller.signal })
    await clock.advance(40_000)
    controller.abort()
    await expect(work).rejects.toMatchObject({ code: 'aborted' })
    expect([passed(), clock.sleeping]).toEqual([40_000, 0])
  })
})

describe('waiting with an event source', () => {
  it('costs 2 requests, and notices the end at once', async () => {
    const events = new CallEventFeed()
    const { clock, state, movoice, passed } = setUp({ lasts: 50_000 }, { events })
    const work = movoice.calls.waitUntilDone('call_1')
    await clock.advance(50_000)
    events.publish({ type: 'call.started', call_id: 'call_1' })
    events.publish({ type: 'call.completed', call_id: 'call_2' })
    events.publish({ type: 'call.completed', call_id: 'call_1' })
    await clock.run(work)
    expect([state.gets, passed()]).toEqual([2, 50_000])
  })

  it('ends even if the event never comes', async () => {
    const { clock, movoice, passed } = setUp({ lasts: 100_000 })
    await clock.run(movoice.calls.waitUntilDone('call_1', { events: new CallEventFeed() }))
    expect(passed()).toBeLessThanOrEqual(160_000)
  })

  it('believes the API and not the event about what the call holds', async () => {
    const events = new CallEventFeed()
    const { clock, movoice } = setUp({ lasts: 50_000, later: 20_000 }, { events })
    const work = movoice.calls.waitUntilDone('call_1')
    await clock.advance(50_000)
    events.publish({ type: 'call.completed', call_id: 'call_1' })
    expect((await clock.run(work)).summary).toBe('Booked.')
  })
})

it('tells each look to somebody who watches, as often as they want', async () => {
  const { clock, state, movoice } = setUp({ lasts: 12_000 })
  const seen: string[] = []
  const options = { everyMs: 5_000, onLook: ({ status }: { status: string }) => seen.push(status) }
  await clock.run(movoice.calls.waitUntilDone('call_1', options))
  expect(seen).toEqual(['active', 'active', 'active', 'completed'])
  expect(state.gets).toBe(4)
})
