import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Movoice, type MovoiceOptions } from '../client.ts'
import { type Fate, KEY, PhoneNetwork, VirtualClock } from '../testing/index.ts'
import { ConflictError, isMovoiceError, type MovoiceError, OutcomeUnknownError } from './errors.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }

function setUp(fates: readonly Partial<Fate>[], options: Partial<MovoiceOptions> = {}) {
  const clock = new VirtualClock()
  const network = new PhoneNetwork(clock)
  network.fate = (post) => ({ places: true, answer: 'good', ...fates[post] })
  const movoice = new Movoice({
    apiKey: KEY,
    transport: network.transport,
    clock,
    random: () => 0.5,
    ...options,
  })
  return { clock, network, movoice }
}

async function outcome<T>(work: Promise<T>): Promise<T | MovoiceError> {
  try {
    return await work
  } catch (error) {
    if (isMovoiceError(error)) return error
    throw error
  }
}

const lost: Fate['answer'][] = ['html', 'cut', 'empty', 'reset', 'silence', 500, 502, 503, 504]

describe('a call whose answer was lost', () => {
  it.each(lost)('is found after "%s", and not placed again', async (answer) => {
    const { clock, network, movoice } = setUp([{ answer }])
    const call = await clock.run(movoice.calls.create(input))
    expect(call).toMatchObject({ call_id: 'call_1', ...input, reconciled: true })
    expect(network.posts).toHaveLength(1)
    expect(clock.sleeping).toBe(0)
  })

  it('is found when it turns up late', async () => {
    const { clock, movoice, network } = setUp([{ answer: 500, visibleAfterMs: 29_000 }])
    const began = clock.now()
    expect(await clock.run(movoice.calls.create(input))).toMatchObject({ call_id: 'call_1' })
    expect(clock.now() - began).toBeLessThan(31_000)
    expect(network.lookups).toBe(4)
  })

  it.each([-3_600_000, -90_000, 90_000, 3_600_000])(
    'is found by a clock that is %d ms ahead',
    async (skewMs) => {
      const { clock, movoice, network } = setUp([{ answer: 'reset' }])
      network.skewMs = skewMs
      expect(await clock.run(movoice.calls.create(input))).toMatchObject({ call_id: 'call_1' })
    },
  )

  it('is not mistaken for an earlier one to the same number', async () => {
    const { clock, movoice, network } = setUp([{}, { places: false, answer: 500 }])
    await clock.run(movoice.calls.create(input))
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(OutcomeUnknownError)
    expect(network.posts).toHaveLength(2)
  })

  it('is not mistaken for one that somebody else placed a while before', async () => {
    const { clock, movoice, network } = setUp([{ places: false, answer: 500 }])
    const other = new Movoice({ apiKey: KEY, transport: network.transport, clock })
    network.fate = (post) => (post === 0 ? { places: true, answer: 'good' } : { places: false, answer: 500 })
    await clock.run(other.calls.create(input))
    await clock.advance(10_000)
    expect(await clock.run(outcome(movoice.calls.create(input)))).toBeInstanceOf(OutcomeUnknownError)
  })

  it('is not mistaken for a call of a batch to the same person', async () => {
    const { clock, movoice } = setUp([{}, { places: false, answer: 500 }])
    const batch = { agent_id: input.agent_id, recipients: [{ phone: input.recipient_phone }] }
    await clock.run(movoice.calls.createBatch(batch))
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(OutcomeUnknownError)
  })

  it('does not name as a candidate what is known to be another’s', async () => {
    const { clock, movoice } = setUp([{}, { places: false, answer: 500 }])
    await clock.run(movoice.calls.create(input))
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect((error as OutcomeUnknownError).candidates).toEqual([])
    expect((error as OutcomeUnknownError).message).toContain('was not found')
  })

  it('stays unknown if it is nowhere, and says what to do', async () => {
    const { clock, movoice } = setUp([{ places: false, answer: 500 }])
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect(error).toMatchObject({ code: 'outcome_unknown', sent: 'maybe', status: 500, attempts: 1 })
    expect((error as OutcomeUnknownError).reason?.code).toBe('odd')
    expect((error as MovoiceError).hint).toMatch(/not there/)
  })

  it('stays unknown if somebody else placed one too', async () => {
    const { clock, movoice, network } = setUp([{ answer: 'reset', tripMs: 4_000 }])
    const other = new Movoice({ apiKey: KEY, transport: network.transport, clock })
    const work = outcome(movoice.calls.create(input))
    await clock.advance(100)
    await clock.run(other.calls.create(input))
    const error = (await clock.run(work)) as OutcomeUnknownError
    expect(error.candidates.map((call) => call.call_id).sort()).toEqual(['call_1', 'call_2'])
    expect(JSON.stringify(error)).toContain('call_2')
    expect(JSON.stringify(error)).not.toContain('2025550101')
  })

  it('stays unknown if the list cannot be read', async () => {
    const { clock, movoice, network } = setUp([{ answer: 500 }])
    network.lists = () => 500
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(OutcomeUnknownError)
    expect((error as MovoiceError).message).toContain('could not be read')
  })

  it('is not looked for when that is turned off, and still not placed again', async () => {
    const { clock, movoice, network } = setUp([{ answer: 500 }])
    const error = await clock.run(outcome(movoice.calls.create(input, { reconcile: false })))
    expect(error).toMatchObject({ name: 'ServerError', sent: 'maybe' })
    expect([network.posts.length, network.lookups]).toEqual([1, 0])
  })

  it('keeps to the deadline', async () => {
    const { clock, movoice } = setUp([{ answer: 500, visibleAfterMs: 60_000 }], { deadlineMs: 10_000 })
    const began = clock.now()
    expect(await clock.run(outcome(movoice.calls.create(input)))).toBeInstanceOf(OutcomeUnknownError)
    expect(clock.now() - began).toBeLessThanOrEqual(10_000)
  })

  it('is no longer looked for after an abort', async () => {
    const { clock, movoice } = setUp([{ answer: 500, visibleAfterMs: 20_000 }])
    const controller = new AbortController()
    const work = outcome(movoice.calls.create(input, { signal: controller.signal }))
    await clock.advance(6_000)
    controller.abort()
    expect(await work).toMatchObject({ name: 'AbortedError', sent: 'maybe' })
    expect(clock.sleeping).toBe(0)
  })
})

describe('two equal calls at once', () => {
  it('never claim the same one', async () => {
    const { clock, movoice, network } = setUp([{ answer: 500 }, { places: false, answer: 500 }])
    const both = Promise.all([outcome(movoice.calls.create(input)), outcome(movoice.calls.create(input))])
    const results = await clock.run(both)
    expect(results.filter((result) => !isMovoiceError(result))).toHaveLength(1)
    expect(results.filter((result) => result instanceof OutcomeUnknownError)).toHaveLength(1)
    expect(network.posts).toHaveLength(2)
  })

  it('each get their own when both were placed', async () => {
    const { clock, movoice } = setUp([{ answer: 500 }, { answer: 'reset' }])
    const both = Promise.all([movoice.calls.create(input), movoice.calls.create(input)])
    const ids = (await clock.run(both)).map((call) => call.call_id).sort()
    expect(ids).toEqual(['call_1', 'call_2'])
  })

  it('leave alone what belongs to one that is still under way', async () => {
    // The second is placed at once and answers late: until then, it looks as if it were the first's.
    const { clock, movoice } = setUp([{ places: false, answer: 500 }, { tripMs: 25_000 }])
    const both = Promise.all([outcome(movoice.calls.create(input)), outcome(movoice.calls.create(input))])
    const [first, second] = await clock.run(both)
    expect(first).toBeInstanceOf(OutcomeUnknownError)
    expect(second).toMatchObject({ call_id: 'call_1' })
  })

  it('are not told apart if they differ in what only Movoice knows', async () => {
    const { clock, movoice } = setUp([{ answer: 500 }, { places: false, answer: 500 }])
    const both = Promise.all([
      outcome(movoice.calls.create({ ...input, variables: { name: 'Asha' } })),
      outcome(movoice.calls.create({ ...input, variables: { name: 'Ravi' } })),
    ])
    for (const result of await clock.run(both)) expect(result).toBeInstanceOf(OutcomeUnknownError)
  })
})

describe('a conflict', () => {
  it('comes with the call it is about', async () => {
    const { clock, movoice, network } = setUp([{}, { places: false, answer: 409 }])
    await clock.run(movoice.calls.create(input))
    await clock.advance(60_000)
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(ConflictError)
    expect((error as ConflictError).call?.call_id).toBe('call_1')
    expect((error as ConflictError).hint).toContain('call_1')
    expect(network.posts).toHaveLength(2)
  })

  it('is told as it is when there is no such call, or it cannot be looked up', async () => {
    const { clock, movoice, network } = setUp([
      { places: false, answer: 409 },
      { places: false, answer: 409 },
    ])
    const error = await clock.run(outcome(movoice.calls.create(input)))
    expect(error).toBeInstanceOf(ConflictError)
    expect((error as ConflictError).call).toBeUndefined()
    network.lists = () => 500
    expect(await clock.run(outcome(movoice.calls.create(input)))).toBeInstanceOf(ConflictError)
  })
})

describe('a batch whose answer was lost', () => {
  const batch = { agent_id: 'agent_a', recipients: [{ phone: '+12025550101' }, { phone: '+12025550102' }] }

  it('is found by its calls, if they name it', async () => {
    const { clock, movoice, network } = setUp([{ answer: 'reset', visibleAfterMs: 4_000 }])
    expect(await clock.run(movoice.calls.createBatch(batch))).toMatchObject({
      batch_id: 'batch_1',
      reconciled: true,
    })
    expect(network.posts).toHaveLength(1)
  })

  it('stays unknown if they do not, with the calls that were seen', async () => {
    const { clock, movoice, network } = setUp([{ answer: 'reset' }])
    network.namesBatches = false
    const error = (await clock.run(outcome(movoice.calls.createBatch(batch)))) as OutcomeUnknownError
    expect(error).toBeInstanceOf(OutcomeUnknownError)
    expect(error.candidates).toHaveLength(2)
    expect(network.posts).toHaveLength(1)
  })
})

describe('1,000 random schedules of faults', () => {
  const answers: Fate['answer'][] = ['good', ...lost, 'refused', 'dns', 429, 422]
  const placesFor: Partial<Record<Fate['answer'], boolean>> = {
    good: true,
    refused: false,
    dns: false,
    429: false,
    422: false,
  }
  const fates = fc.array(
    fc
      .record({
        answer: fc.constantFrom(...answers),
        places: fc.boolean(),
        visibleAfterMs: fc.integer({ min: 0, max: 40_000 }),
        tripMs: fc.integer({ min: 10, max: 25_000 }),
      })
      .map((fate) => ({ ...fate, places: placesFor[fate.answer] ?? fate.places })),
    { minLength: 12, maxLength: 12 },
  )
  const people = fc.array(fc.constantFrom('+12025550101', '+12025550102'), { minLength: 1, maxLength: 3 })
  const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 3, maxLength: 3 })

  it('ring nobody twice, never lie, and find what can be seen in time', async () => {
    await fc.assert(
      fc.asyncProperty(fates, people, gaps, async (schedule, phones, pauses) => {
        const { clock, movoice, network } = setUp(schedule)
        const works = phones.map(async (recipient_phone, index) => {
          for (const pause of pauses.slice(0, index)) await clock.sleep(pause)
          const before = clock.now()
          const result = await outcome(movoice.calls.create({ agent_id: 'agent_a', recipient_phone }))
          return { recipient_phone, before, result }
        })
        const results = await clock.run(Promise.all(works))
        const told = results.flatMap(({ result }) => (isMovoiceError(result) ? [] : [result.call_id]))
        expect(new Set(told).size).toBe(told.length)
        for (const phone of new Set(phones)) {
          const mine = results.filter(({ recipient_phone }) => recipient_phone === phone)
          const rings = network.rings.filter((ring) => ring.phone === phone)
          // One request of a user, one ring at the most.
          expect(rings.length).toBeLessThanOrEqual(mine.length)
          const unsent = mine.filter(({ result }) => isMovoiceError(result) && result.sent !== 'maybe')
          expect(rings.length).toBeLessThanOrEqual(mine.length - unsent.length)
          for (const { result } of mine) {
            if (!isMovoiceError(result)) expect(rings.map(({ callId }) => callId)).toContain(result.call_id)
          }
          const [only] = mine
          if (
            mine.length === 1 &&
            only !== undefined &&
            rings[0] !== undefined &&
            rings[0].visibleAt <= rings[0].at + 29_000
          ) {
            expect(isMovoiceError(only.result)).toBe(false)
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
