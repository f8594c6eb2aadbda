import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { type Fate, KEY, PhoneNetwork, VirtualClock } from '../testing/index.ts'
import { BatchError, isMovoiceError, UnauthorizedError, ValidationError } from './errors.ts'

const recipients = Array.from({ length: 120 }, (_, n) => ({ phone: `+1202555${String(n).padStart(4, '0')}` }))
const batch = { agent_id: 'agent_a', recipients }

function setUp(fates: readonly Partial<Fate>[], options: { readonly plan?: string } = { plan: 'starter' }) {
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

async function failureOf(work: Promise<unknown>): Promise<BatchError> {
  try {
    await work
  } catch (error) {
    if (isMovoiceError(error)) return error as BatchError
    throw error
  }
  throw new Error('It did not fail.')
}

describe('a batch larger than the plan allows', () => {
  it('is placed in parts, each with its answer', async () => {
    const { clock, network, movoice } = setUp([])
    const placed = await clock.run(movoice.calls.createBatch(batch))
    expect(network.posts).toHaveLength(3)
    expect(placed.batch_id).toBe('batch_1')
    expect(placed.parts).toMatchObject([
      { first: 0, count: 50, outcome: 'placed', batch: { batch_id: 'batch_1' } },
      { first: 50, count: 50, outcome: 'placed', batch: { batch_id: 'batch_2' } },
      { first: 100, count: 20, outcome: 'placed', batch: { batch_id: 'batch_3' } },
    ])
    expect(network.rings.map(({ phone }) => phone)).toEqual(recipients.map(({ phone }) => phone))
  })

  it('is one request without a plan', async () => {
    const { clock, movoice, network } = setUp([], {})
    const placed = await clock.run(movoice.calls.createBatch(batch))
    expect(placed).not.toHaveProperty('parts')
    expect(network.posts).toHaveLength(1)
  })

  it('breaks off at a part that is refused, and names who is left', async () => {
    const { clock, network, movoice } = setUp([{}, { places: false, answer: 422 }])
    const error = await clock.run(failureOf(movoice.calls.createBatch(batch)))
    expect(error).toBeInstanceOf(BatchError)
    expect(error.parts.map(({ outcome }) => outcome)).toEqual(['placed', 'failed', 'not_sent'])
    expect(error.message).toContain('rows 51 to 100')
    expect(error).toMatchObject({ sent: 'yes', status: 422, code: 'batch_incomplete' })
    expect(error.remaining).toEqual(recipients.slice(50))
    expect(network.posts).toHaveLength(2)
    // What a logger shows of it holds nobody's number.
    expect(inspect(error, { depth: 12 }) + JSON.stringify(error)).not.toMatch(/\+1202555/)
  })

  it('does not offer for sending again what may have been placed', async () => {
    const { clock, network, movoice } = setUp([{}, { answer: 500 }])
    network.namesBatches = false
    const error = await clock.run(failureOf(movoice.calls.createBatch(batch)))
    expect(error.parts.map(({ outcome }) => outcome)).toEqual(['placed', 'unknown', 'not_sent'])
    expect(error.sent).toBe('maybe')
    expect(error.remaining).toEqual(recipients.slice(100))
  })

  it('goes on after a part whose answer was lost but which was found', async () => {
    const { clock, network, movoice } = setUp([{}, { answer: 'reset' }])
    const placed = await clock.run(movoice.calls.createBatch(batch))
    expect(placed.parts?.map(({ batch: part }) => part?.batch_id)).toEqual(['batch_1', 'batch_2', 'batch_3'])
    expect(network.rings).toHaveLength(120)
  })

  it('throws the plain error when nothing of it was placed', async () => {
    const clock = new VirtualClock()
    const movoice = new Movoice({
      apiKey: KEY,
      plan: 'starter',
      clock,
      transport: async () => ({ status: 401, headers: {}, body: '' }),
    })
    expect(await clock.run(failureOf(movoice.calls.createBatch(batch)))).toBeInstanceOf(UnauthorizedError)
  })

  it('is checked whole before anything is sent', async () => {
    const { network, movoice } = setUp([])
    const rows = recipients.map((row, index) => (index % 4 === 3 ? { phone: `98765${index}` } : row))
    const error = await failureOf(movoice.calls.createBatch({ ...batch, recipients: rows }))
    expect(error).toBeInstanceOf(ValidationError)
    const { problems } = error as unknown as ValidationError
    expect(problems).toHaveLength(30)
    expect(problems.map(({ path }) => path)).toContain('recipients[119].phone')
    expect(error.message).toContain('and 10 more')
    expect(network.posts).toHaveLength(0)
  })
})
