import { UnexpectedResponseError } from './errors.ts'
import type { ReadPage } from './read.ts'

/** The most rows the API gives at once. Source: API reference. */
export const MAX_PAGE = 100
/** A list whose order is never the same twice must still come to an end. */
const MAX_STEPS_BACK = 50
/** Rows in a row, none of which is new: more than can have moved down while a list was read. */
const MAX_AGAIN = 1_000

/** Which stretch of a list is asked for. */
export interface PageRequest {
  readonly limit: number
  readonly offset: number
}

/** A list to be read, and by what its rows are told apart. */
export interface Walk<T> {
  readonly fetch: (request: PageRequest) => Promise<ReadPage<T>>
  readonly idOf: (item: T) => string
  readonly pageSize: number
  readonly offset: number
}

/**
 * Every row of a list that may change while it is read: nothing twice, nothing missed, whatever the order.
 * Pages overlap by one row. If that row is one we have seen, no row slipped through between the pages; if not,
 * rows before it went away, and we step back until pages meet again. Rows that moved down are known by their id.
 *
 * @example
 * const calls = walkPages<Call>({ fetch: readPage, idOf: (call) => call.call_id, pageSize: 100, offset: 0 })
 * for await (const call of calls) console.log(call.call_id)
 */
export async function* walkPages<T>({
  fetch,
  idOf,
  pageSize,
  offset: start,
}: Walk<T>): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>()
  let offset = start
  let stepsBack = 0
  let again = 0
  for (;;) {
    const overlap = seen.size === 0 ? 0 : 1
    const asked = { limit: Math.min(MAX_PAGE, pageSize + overlap), offset: offset - overlap }
    const page = await fetch(asked)
    const first = page.items[0]
    const met = overlap === 0 || asked.offset === start || (first !== undefined && seen.has(idOf(first)))
    if (!met && stepsBack < MAX_STEPS_BACK) {
      stepsBack += 1
      offset = Math.max(start + 1, offset - pageSize)
      continue
    }
    const known = seen.size
    for (const item of page.items) {
      const id = idOf(item)
      if (seen.has(id)) continue
      seen.add(id)
      yield item
    }
    if (isLast(page, asked, overlap)) return
    again = seen.size > known ? 0 : again + page.items.length
    if (again >= MAX_AGAIN) throw repeating()
    offset = asked.offset + page.items.length
  }
}

function isLast<T>(page: ReadPage<T>, asked: PageRequest, overlap: number): boolean {
  if (page.items.length <= overlap) return true
  if (page.hasMore !== undefined) return !page.hasMore
  if (page.total !== undefined) return asked.offset + page.items.length >= page.total
  // Nothing is said, and the API may give fewer rows a page than it was asked for: only an empty page is the end.
  return false
}

const repeating = (): UnexpectedResponseError =>
  new UnexpectedResponseError(
    'list_repeats',
    'The list gives the same rows again and again and never ends, whatever offset is asked for.',
    {
      sent: 'yes',
      hint: 'Ask for a shorter stretch with from and to, or for one page.',
    },
  )
