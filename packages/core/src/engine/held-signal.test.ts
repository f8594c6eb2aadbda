import { describe, expect, it, test } from 'vitest'
import { Movoice } from '../client.ts'
import { type Fate, KEY, PhoneNetwork, VirtualClock } from '../testing/index.ts'
import { Cancellation } from './cancel.ts'
import { HeldSignal } from './held-signal.ts'
import type { PlaceOptions } from './options.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }

/** Places a call that is told to stop after some milliseconds. */
async function stopped(fates: readonly Partial<Fate>[], afterMs: number, plan?: string) {
  const clock = new VirtualClock()
  const network = new PhoneNetwork(clock)
  network.fate = (post) => ({ places: true, answer: 'good', ...fates[post] })
  const movoice = new Movoice({
    apiKey: KEY,
    transport: network.transport,
    clock,
    random: () => 0.5,
    plan,
  })
  const stop = new Cancellation()
  const options: PlaceOptions = { signal: stop.signal, finishSent: true }
  const work = movoice.calls.create(input, options)
  work.catch(() => undefined)
  void clock.sleep(afterMs).then(() => stop.cancel())
  const began = clock.now()
  const result = await clock.run(work).then(
    (call) => ({ call, error: undefined }),
    (error: unknown) => ({ call: undefined, error }),
  )
  return { ...result, network, took: clock.now() - began }
}

describe('a call that is told to stop, with finishSent', () => {
  it('is finished if its request has left: the answer is not thrown away', async () => {
    const { call, network } = await stopped([{ tripMs: 400 }], 100)
    expect(call?.call_id).toBe('call_1')
    expect(network.rings).toHaveLength(1)
  })

  it('is looked for if its answer is lost', async () => {
    const { call, network } = await stopped([{ tripMs: 400, answer: 'reset' }], 100)
    expect(call).toMatchObject({ call_id: 'call_1', reconciled: true })
    expect(network.posts).toHaveLength(1)
  })

  it('is stopped between two attempts, when the first provably placed nothing', async () => {
    const { error, network, took } = await stopped([{ places: false, answer: 429 }], 1_000)
    expect(took).toBe(1_000)
    expect(error).toMatchObject({ name: 'AbortedError', sent: 'no' })
    expect(network.rings).toHaveLength(0)
    expect(network.posts).toHaveLength(1)
  })

  it('is not begun if it was told before', async () => {
    const { error, network } = await stopped([{ places: false, answer: 'refused' }], 0)
    expect(error).toMatchObject({ name: 'AbortedError', sent: 'no' })
    expect(network.rings).toHaveLength(0)
  })
})

test('a batch in parts that is told to stop finishes the part that has left, and begins no other', async () => {
  const clock = new VirtualClock()
  const network = new PhoneNetwork(clock)
  const movoice = new Movoice({ apiKey: KEY, transport: network.transport, clock, plan: 'starter' })
  const stop = new Cancellation()
  const recipients = Array.from({ length: 120 }, (_, n) => ({
    phone: `+1202555${String(n).padStart(4, '0')}`,
  }))
  const work = movoice.calls.createBatch(
    { agent_id: 'agent_a', recipients },
    { signal: stop.signal, finishSent: true },
  )
  work.catch(() => undefined)
  void clock.sleep(100).then(() => stop.cancel())
  await expect(clock.run(work)).rejects.toMatchObject({
    name: 'BatchError',
    parts: [
      { first: 0, count: 50, outcome: 'placed' },
      { first: 50, count: 50, outcome: 'failed' },
      { first: 100, count: 20, outcome: 'not_sent' },
    ],
  })
  expect(network.rings).toHaveLength(50)
})

describe('a held signal', () => {
  it('tells late what it held back, and nothing after its end', () => {
    const source = new Cancellation()
    const held = new HeldSignal(source.signal)
    const told: string[] = []
    held.addEventListener('abort', () => told.push('told'))
    held.hold()
    source.cancel()
    expect([held.aborted, told.length]).toEqual([false, 0])
    held.letGo()
    expect([held.aborted, told.length]).toEqual([true, 1])
    held.hold()
    expect(held.aborted).toBe(true)

    const other = new Cancellation()
    const ended = new HeldSignal(other.signal)
    ended.addEventListener('abort', () => told.push('too much'))
    ended.end()
    other.cancel()
    expect(told).toEqual(['told'])
  })
})
