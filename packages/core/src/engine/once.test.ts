import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { type Fate, KEY, PhoneNetwork, VirtualClock } from '../testing/index.ts'
import type { CallNote, CallNotes } from './once.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }

/** A table with a primary key, as somebody has it; a process that is killed leaves it as it is. */
class Table implements CallNotes {
  readonly rows = new Map<string, CallNote>()
  killed = false

  get(key: string) {
    return this.rows.get(key)
  }

  async add(key: string, note: CallNote) {
    if (this.rows.has(key)) throw new Error('UNIQUE constraint failed')
    this.rows.set(key, note)
  }

  async set(key: string, note: CallNote) {
    if (this.killed) throw new Error('killed')
    this.rows.set(key, note)
  }

  async delete(key: string) {
    if (this.killed) throw new Error('killed')
    this.rows.delete(key)
  }
}

function setUp() {
  const clock = new VirtualClock()
  const network = new PhoneNetwork(clock)
  const table = new Table()
  /** As a process of its own asks. */
  const once = (key = 'order-17') => {
    const movoice = new Movoice({ apiKey: KEY, transport: network.transport, clock, random: () => 0.5 })
    return clock.run(movoice.calls.createOnce(key, input, table)).catch((error: Error) => error)
  }
  return { clock, network, table, once }
}

describe('a call that is to be placed once', () => {
  it('is placed once for its key, and again for another', async () => {
    const { network, once } = setUp()
    expect([await once(), await once(), await once('order-18')]).toEqual([
      { call_id: 'call_1' },
      { call_id: 'call_1' },
      { call_id: 'call_2' },
    ])
    expect(network.rings).toHaveLength(2)
  })

  const answers = [
    'good',
    'html',
    'cut',
    'empty',
    'reset',
    'silence',
    500,
    502,
    503,
    504,
    409,
    422,
    429,
  ] as const
  const fates = [...answers, 'refused' as const].flatMap((answer): Fate[] => [
    { places: true, answer },
    { places: false, answer },
  ])
  it.each(fates)('rings at most once however often it is asked for: %j', async (fate) => {
    for (const killed of [false, true]) {
      const { clock, network, table, once } = setUp()
      network.fate = (post) => (post < 3 ? fate : { places: true, answer: 'good' })
      table.killed = killed
      await once()
      table.killed = false
      for (let run = 0; run < 5; run += 1) {
        await clock.advance(3_600_000)
        await once()
      }
      // A server that places and says that it did not is believed: nobody could tell.
      const lies = fate.places && (fate.answer === 422 || fate.answer === 429 || fate.answer === 'refused')
      if (!lies) expect(network.rings.length, `killed: ${killed}`).toBeLessThanOrEqual(1)
    }
  })

  it('is looked up where the process that sent it was killed before it knew', async () => {
    const { clock, network, table, once } = setUp()
    table.killed = true
    await once()
    table.killed = false
    await clock.advance(3_600_000)
    expect(await once()).toEqual({ call_id: 'call_1' })
    expect(table.rows.get('order-17')).toMatchObject({ call_id: 'call_1' })
    expect(network.posts).toHaveLength(1)
  })

  it('is not sent if the note cannot be written, as somebody else was first', async () => {
    const { network, table, once } = setUp()
    table.get = () => undefined
    table.rows.set('order-17', { began: 1 })
    expect(await once()).toMatchObject({ message: 'UNIQUE constraint failed' })
    expect(network.posts).toHaveLength(0)
    expect(table.rows.get('order-17')).toEqual({ began: 1 })
  })

  it.each([422, 'refused'] as const)('may be asked for anew after %s: nothing was placed', async (answer) => {
    const { network, once } = setUp()
    network.fate = () => ({ places: false, answer })
    expect(await once()).toBeInstanceOf(Error)
    network.fate = () => ({ places: true, answer: 'good' })
    expect(await once()).toEqual({ call_id: 'call_1' })
  })

  it('is not sent again after a duplicate was refused whose original nobody can find', async () => {
    const { clock, network, once } = setUp()
    network.fate = () => ({ places: false, answer: 409 })
    expect(await once()).toMatchObject({ name: 'ConflictError' })
    network.fate = () => ({ places: true, answer: 'good' })
    await clock.advance(86_400_000)
    expect(await once()).toMatchObject({ name: 'OutcomeUnknownError' })
    expect(network.rings).toHaveLength(0)
  })
})
