import { MAX_PAGE, type PageRequest, walkPages } from './paging.ts'
import type { Page, ReadPage } from './read.ts'

/**
 * The result of a `list`: `await` it for one page, or walk all of it with `for await`. Nothing is asked for
 * before one of the two is begun.
 *
 * @example
 * const page = await movoice.calls.list({ limit: 20 })
 * for await (const call of movoice.calls.list({ status: 'completed' })) console.log(call.call_id)
 */
export class Listing<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #firstPage: () => Promise<Page<T>>
  readonly #walk: () => AsyncGenerator<T, void, undefined>
  #page: Promise<Page<T>> | undefined

  constructor(firstPage: () => Promise<Page<T>>, walk: () => AsyncGenerator<T, void, undefined>) {
    this.#firstPage = firstPage
    this.#walk = walk
  }

  then<A = Page<T>, B = never>(
    onPage?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#page ??= this.#firstPage()
    return this.#page.then(onPage, onError)
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.#walk()
  }
}

interface ListingParts<T> {
  readonly fetch: (page: PageRequest) => Promise<ReadPage<T>>
  readonly idOf: (item: T) => string
  readonly limit: number | undefined
  readonly offset: number
}

/** A {@link Listing} over pages by `limit` and `offset`. */
export function listing<T>({ fetch, idOf, limit, offset }: ListingParts<T>): Listing<T> {
  const walk = () => walkPages({ fetch, idOf, pageSize: Math.min(limit ?? MAX_PAGE, MAX_PAGE), offset })
  const firstPage = async () => {
    if (limit === undefined || limit <= MAX_PAGE) {
      const { items, total, hasMore } = await fetch({ limit: limit ?? 20, offset })
      const more = hasMore ?? (total === undefined ? items.length > 0 : offset + items.length < total)
      return { items, ...(total !== undefined && { total }), hasMore: more }
    }
    const items: T[] = []
    for await (const item of walk()) {
      // One more than was asked for tells that there is more.
      if (items.length === limit) return { items, hasMore: true }
      items.push(item)
    }
    return { items, hasMore: false }
  }
  return new Listing(firstPage, walk)
}
