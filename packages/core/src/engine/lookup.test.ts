import { describe, expect, it } from 'vitest'
import { Movoice, type MovoiceOptions } from '../client.ts'
import { KEY, VirtualClock } from '../testing/index.ts'
import { ConflictError, isMovoiceError, type MovoiceError, OutcomeUnknownError } from './errors.ts'
import type { Transport } from './transport.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
type Row = Record<string, unknown>

/** Every POST is answered with `status`; the list holds what `rows` gives, whatever it is asked for. */
function setUp(
  status: number,
  rows: (now: number) => Row[],
  options: Partial<MovoiceOptions> = {},
  listStatus = 200,
) {
  const clock = new VirtualClock()
  const looks: number[] = []
  const began = clock.now()
  const transport: Transport = async ({ method, url }) => {
    if (method === 'POST') return { status, headers: {}, body: '' }
    const query = new URL(url).searchParams
    if (query.get('offset') === '0') looks.push(clock.now() - began)
    const all = rows(Math.floor(began / 1000))
    const start = Number(query.get('offset'))
    const calls = all.slice(start, start + Number(query.get('limit')))
    return { status: listStatus, headers: {}, body: JSON.stringify({ calls, total: all.length }) }
  }
  const movoice = new Movoice({ apiKey: KEY, transport, clock, random: () => 0.5, ...options })
  const failure = (): Promise<MovoiceError | undefined> =>
    clock.run(
      movoice.calls.create(input).then(
        () => undefined,
        (error: unknown) => {
          if (isMovoiceError(error)) return error
          throw error
        },
      ),
    )
  return { clock, looks, movoice, failure }
}

const row = (change: Row): Row => ({ call_id: 'call_1', status: 'initiated', ...input, ...change })

describe('what the list holds', () => {
  it.each<[string, (now: number) => Row]>([
    ['of another agent', (now) => row({ created_at: now, agent_id: 'agent_b' })],
    ['to another number', (now) => row({ created_at: now, recipient_phone: '+12025550102' })],
    ['from before', (now) => row({ created_at: now - 60 })],
  ])('a call %s is neither taken nor named', async (_what, make) => {
    const { failure } = setUp(500, (now) => [make(now)])
    const error = (await failure()) as OutcomeUnknownError
    expect(error).toBeInstanceOf(OutcomeUnknownError)
    expect(error.candidates).toEqual([])
  })

  it('a call without its time is named, but not taken', async () => {
    const { failure } = setUp(500, () => [row({})])
    const error = (await failure()) as OutcomeUnknownError
    expect(error.candidates.map((call) => call.call_id)).toEqual(['call_1'])
    expect(error.hint).toContain('call_1')
  })

  it('a call whose number is written otherwise is taken', async () => {
    const { clock, movoice } = setUp(500, (now) => [
      row({ created_at: now, recipient_phone: '+1 (202) 555-0101' }),
    ])
    expect(await clock.run(movoice.calls.create(input))).toMatchObject({
      call_id: 'call_1',
      reconciled: true,
    })
  })

  it('is not enough to take one, if there is more than can be read', async () => {
    const others = Array.from({ length: 2_500 }, (_, n) =>
      row({ call_id: `other_${n}`, agent_id: 'agent_b' }),
    )
    const { failure } = setUp(500, (now) => [row({ created_at: now }), ...others])
    expect(await failure()).toBeInstanceOf(OutcomeUnknownError)
  })
})

describe('when it is looked at', () => {
  it('after 2, 5, 15 and 30 s', async () => {
    const { looks, failure } = setUp(500, () => [])
    await failure()
    expect(looks).toEqual([2_000, 5_000, 15_000, 30_000])
  })

  it('at once, where there is no time for more', async () => {
    const { looks, failure } = setUp(500, () => [], { deadlineMs: 1_500 })
    await failure()
    expect(looks).toEqual([0])
  })

  it('once, where the API refuses', async () => {
    const { looks, failure } = setUp(500, () => [], {}, 401)
    expect((await failure())?.message).toContain('could not be read')
    expect(looks).toEqual([2_000])
  })

  it('no more, once there are too many that it could be', async () => {
    const two = (now: number) => [row({ created_at: now }), row({ created_at: now, call_id: 'call_2' })]
    const { looks, failure } = setUp(500, two)
    expect(((await failure()) as OutcomeUnknownError).candidates).toHaveLength(2)
    expect(looks).toEqual([2_000])
  })
})

describe('the call that a conflict is about', () => {
  it('is the newest of those it could be', async () => {
    const { failure } = setUp(409, (now) => [
      row({ call_id: 'old', created_at: now - 600 }),
      row({ call_id: 'new', created_at: now - 60 }),
      row({ call_id: 'other', created_at: now - 1, agent_id: 'agent_b' }),
    ])
    expect(((await failure()) as ConflictError).call?.call_id).toBe('new')
  })

  it('is looked for twice', async () => {
    const { looks, failure } = setUp(409, () => [])
    expect(await failure()).toBeInstanceOf(ConflictError)
    expect(looks).toEqual([0, 2_000])
  })
})
