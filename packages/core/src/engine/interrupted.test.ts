import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { KEY, PhoneNetwork, VirtualClock } from '../testing/index.ts'
import { Cancellation } from './cancel.ts'
import { OutcomeUnknownError } from './errors.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }

function setUp(plan?: string) {
  const clock = new VirtualClock()
  const network = new PhoneNetwork(clock)
  const client = () =>
    new Movoice({ apiKey: KEY, transport: network.transport, clock, random: () => 0.5, plan })
  return { clock, network, client }
}

describe('a call that is written down before it is sent', () => {
  it('is written down when it is its turn, not when it is asked for', async () => {
    const { clock, network, client } = setUp('1x9')
    const movoice = client()
    const began = clock.now()
    const turns: number[] = []
    const place = (recipient_phone: string) =>
      movoice.calls.create(
        { ...input, recipient_phone },
        { beforeSending: () => void turns.push(clock.now() - began) },
      )
    await clock.run(Promise.all([place('+12025550101'), place('+12025550102')]))
    expect(turns[0]).toBe(0)
    expect(turns[1]).toBeGreaterThan(60_000)
    expect(network.posts).toHaveLength(2)
  })

  it('is not sent if it cannot be written down, and takes no place in the plan', async () => {
    const { clock, network, client } = setUp('1x1')
    const movoice = client()
    const full = movoice.calls.create(input, {
      beforeSending: async () => {
        throw new Error('the disk is full')
      },
    })
    await expect(clock.run(full)).rejects.toThrow('the disk is full')
    const began = clock.now()
    await clock.run(movoice.calls.create(input))
    expect(clock.now() - began).toBeLessThan(1_000)
    expect(network.posts).toHaveLength(1)
  })
})

it.each(['1x9', '9x1'])('a wait that is called off leaves no pause behind (%s)', async (plan) => {
  const { clock, client } = setUp(plan)
  const movoice = client()
  const stop = new Cancellation()
  const work = async () => {
    await movoice.calls.create(input)
    const waiting = movoice.calls.create(
      { ...input, recipient_phone: '+12025550102' },
      { signal: stop.signal },
    )
    waiting.catch(() => undefined)
    await clock.sleep(1_000)
    stop.cancel()
    await expect(waiting).rejects.toThrow('aborted')
  }
  await clock.run(work())
  await new Promise((resolve) => setImmediate(resolve))
  expect(clock.sleeping).toBe(0)
})

describe('after a crash', () => {
  it.each([-90_000, 0, 90_000])('finds what was placed, by a clock that is %d ms ahead', async (skewMs) => {
    const { clock, network, client } = setUp()
    network.skewMs = skewMs
    await clock.run(client().calls.create(input))
    await clock.advance(3_600_000)
    const sentAfter = clock.now()
    network.fate = () => ({ places: true, answer: 'reset' })
    await clock.run(
      client()
        .calls.create(input, { reconcile: false })
        .catch(() => undefined),
    )
    await clock.advance(600_000)
    const began = clock.now()
    const found = await clock.run(client().calls.findPlaced(input, { sentAfter }))
    expect(found).toMatchObject({ call_id: 'call_2', ...input, reconciled: true })
    expect(clock.now() - began).toBeLessThan(1_000)
    expect(network.posts).toHaveLength(2)
  })

  it('waits for one that may still turn up', async () => {
    const { clock, network, client } = setUp()
    const sentAfter = clock.now()
    network.fate = () => ({ places: true, answer: 'reset', visibleAfterMs: 20_000 })
    await clock.run(
      client()
        .calls.create(input, { reconcile: false })
        .catch(() => undefined),
    )
    expect(await clock.run(client().calls.findPlaced(input, { sentAfter }))).toMatchObject({
      call_id: 'call_1',
    })
  })

  it('does not take what is known to be another’s', async () => {
    const { clock, network, client } = setUp()
    const sentAfter = clock.now()
    await clock.run(client().calls.create(input))
    await clock.run(client().calls.create(input))
    const find = (...others: string[]) =>
      clock
        .run(client().calls.findPlaced(input, { sentAfter, isOthers: async (id) => others.includes(id) }))
        .catch((error: unknown) => error)
    expect(await find('call_1')).toMatchObject({ call_id: 'call_2' })
    const none = await find('call_1', 'call_2')
    expect(none).toBeInstanceOf(OutcomeUnknownError)
    expect((none as OutcomeUnknownError).candidates).toEqual([])
    expect(network.posts).toHaveLength(2)
  })

  it('says that it is not known, and dials nobody, if it is not there or not alone', async () => {
    const { clock, network, client } = setUp()
    const sentAfter = clock.now()
    const outcome = () =>
      clock.run(client().calls.findPlaced(input, { sentAfter })).catch((error: unknown) => error)
    const none = await outcome()
    expect(none).toBeInstanceOf(OutcomeUnknownError)
    expect((none as OutcomeUnknownError).notInList).toBe(true)
    expect(network.posts).toHaveLength(0)
    await clock.run(client().calls.create(input))
    await clock.run(client().calls.create(input))
    const two = await outcome()
    expect(two).toBeInstanceOf(OutcomeUnknownError)
    expect((two as OutcomeUnknownError).candidates).toHaveLength(2)
    expect((two as OutcomeUnknownError).notInList).toBe(false)
  })
})
