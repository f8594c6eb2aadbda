import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { KEY, VirtualClock } from '../testing/index.ts'
import { MAX_PAGE, walkPages } from './paging.ts'
import type { Transport } from './transport.ts'

interface Row {
  readonly call_id: string
  readonly status: string
  readonly created_at: number
}

/** What happens to the list between two pages. */
const change = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), at: fc.constantFrom('front', 'back', 'middle') }),
  fc.record({ kind: fc.constant('remove' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
)

describe('walking a list that gives the same page again and again', () => {
  it.each([
    ['says that there is more', { hasMore: true, total: undefined }],
    ['says nothing', { hasMore: undefined, total: undefined }],
    ['says that there are many', { hasMore: undefined, total: 1e9 }],
  ])('ends with an error if it %s, and gives each row once', async (_what, says) => {
    const rows = Array.from({ length: MAX_PAGE }, (_, n) => `row_${n}`)
    let fetches = 0
    const fetch = async () => {
      fetches += 1
      return { items: rows, ...says }
    }
    const given: string[] = []
    const walk = async () => {
      for await (const row of walkPages({ fetch, idOf: (row) => row, pageSize: MAX_PAGE, offset: 0 })) {
        given.push(row)
      }
    }
    await expect(walk()).rejects.toMatchObject({ code: 'list_repeats' })
    expect(given).toEqual(rows)
    expect(fetches).toBeLessThan(20)
  })
})

describe('walking a list that changes meanwhile', () => {
  it('gives every row that was there all along, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 40 }),
        fc.constantFrom('total', 'hasMore', 'nothing'),
        fc.integer({ min: 2, max: 20 }),
        async (size, pageSize, changes, says, cap) => {
          let rows = Array.from({ length: size }, (_, n) => `row_${n}`)
          const always = new Set(rows)
          let added = 0
          let fetches = 0
          const walk = walkPages<string>({
            idOf: (row) => row,
            pageSize,
            offset: 0,
            fetch: async ({ limit, offset }) => {
              // An API may give fewer rows a page than it was asked for, if it says how it goes on.
              const most = says === 'nothing' ? limit : Math.min(limit, cap)
              const items = rows.slice(offset, offset + most)
              const answer = {
                items,
                total: says === 'total' ? rows.length : undefined,
                hasMore: says === 'hasMore' ? offset + items.length < rows.length : undefined,
              }
              for (const one of changes[fetches] ?? []) {
                if (one.kind === 'add') {
                  added += 1
                  const at = { front: 0, middle: Math.floor(rows.length / 2), back: rows.length }[one.at] ?? 0
                  rows = [...rows.slice(0, at), `new_${added}`, ...rows.slice(at)]
                } else if (rows.length > 0) {
                  const at = Math.min(rows.length - 1, Math.floor(one.share * rows.length))
                  always.delete(rows[at] ?? '')
                  rows = rows.filter((_, index) => index !== at)
                }
              }
              fetches += 1
              return answer
            },
          })
          const got: string[] = []
          for await (const row of walk) got.push(row)
          expect(new Set(got).size).toBe(got.length)
          expect([...always].filter((row) => !got.includes(row))).toEqual([])
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** A list of so many calls, served by the API's rules. */
function listed(count: number, envelope = 'calls') {
  const clock = new VirtualClock()
  const queries: URLSearchParams[] = []
  const start = Math.floor(clock.now() / 1000)
  const rows: Row[] = Array.from({ length: count }, (_, n) => ({
    call_id: `call_${n}`,
    status: 'completed',
    created_at: start - n,
  }))
  const transport: Transport = async ({ url }) => {
    const query = new URL(url).searchParams
    queries.push(query)
    const limit = Number(query.get('limit') ?? 20)
    if (limit > MAX_PAGE)
      return { status: 400, headers: {}, body: '{"error":{"code":"x","message":"limit"}}' }
    const to = Number(query.get('to') ?? Number.POSITIVE_INFINITY)
    const offset = Number(query.get('offset') ?? 0)
    const all = rows.filter(({ created_at }) => created_at <= to)
    const page = all.slice(offset, offset + limit)
    // While it is read, calls go on being placed.
    await clock.sleep(1_000)
    rows.unshift({
      call_id: `late_${queries.length}`,
      status: 'initiated',
      created_at: start + queries.length + 1,
    })
    const value =
      envelope === '' ? page : { [envelope]: page, ...(envelope === 'calls' && { total: all.length }) }
    return { status: 200, headers: {}, body: JSON.stringify(value) }
  }
  return { clock, queries, movoice: new Movoice({ apiKey: KEY, transport, clock }) }
}

describe('listing calls', () => {
  it.each(['calls', 'data', 'items', 'results', ''])(
    'gives each of 250 once, under "%s"',
    async (envelope) => {
      const { clock, movoice } = listed(250, envelope)
      const ids: string[] = []
      const work = async () => {
        for await (const call of movoice.calls.list()) ids.push(call.call_id)
      }
      await clock.run(work())
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.filter((id) => id.startsWith('call_'))).toHaveLength(250)
    },
  )

  it('asks for nothing before it is used, and for no page that is not', async () => {
    const { clock, movoice, queries } = listed(250)
    const listing = movoice.calls.list({ limit: 10 })
    expect(queries).toHaveLength(0)
    const work = async () => {
      for await (const call of listing) if (call.call_id === 'call_14') break
    }
    await clock.run(work())
    expect(queries).toHaveLength(2)
  })

  it('gives as many as were asked for, over several pages', async () => {
    const { clock, movoice, queries } = listed(350)
    const page = await clock.run(Promise.resolve(movoice.calls.list({ limit: 230 })))
    expect(page.items).toHaveLength(230)
    expect(page.hasMore).toBe(true)
    expect(queries.every((query) => Number(query.get('limit')) <= MAX_PAGE)).toBe(true)
  })

  it('gives all there are when more were asked for', async () => {
    const { clock, movoice } = listed(130)
    const page = await clock.run(Promise.resolve(movoice.calls.list({ limit: 500 })))
    expect(page.items.filter(({ call_id }) => call_id.startsWith('call_'))).toHaveLength(130)
    expect(page.hasMore).toBe(false)
  })

  it('leaves calls out that were placed after it began', async () => {
    const { clock, movoice, queries } = listed(250)
    const ids: string[] = []
    const work = async () => {
      for await (const call of movoice.calls.list()) ids.push(call.call_id)
    }
    await clock.run(work())
    expect(queries.slice(1).every((query) => query.get('to') === queries[1]?.get('to'))).toBe(true)
    expect(ids.filter((id) => id.startsWith('late_')).length).toBeLessThanOrEqual(1)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses a limit of %d with a sentence', (limit) => {
    expect(() => listed(1).movoice.calls.list({ limit })).toThrow(/limit must be a whole number, 1 or more/)
  })
})
