import type { Page } from './read.ts'

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
