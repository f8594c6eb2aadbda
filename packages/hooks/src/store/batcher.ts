interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers what comes in while the last batch is being written, and writes it as the next: one commit for many,
 * without a timer that would make a single one wait. Under load, `everyMs` keeps batches apart so that each holds more.
 */
export class Batcher<T, R> {
  readonly #write: (items: readonly T[]) => Promise<readonly R[]>
  readonly #max: number
  readonly #everyMs: number
  #writtenAt = Number.NEGATIVE_INFINITY
  #waiting: Waiting<T, R>[] = []
  #busy: Promise<void> | undefined

  /** @param everyMs the least time from one batch to the next, of the machine's own; 0 */
  constructor(write: (items: readonly T[]) => Promise<readonly R[]>, { max = 500, everyMs = 0 } = {}) {
    this.#write = write
    this.#max = max
    this.#everyMs = everyMs
  }

  /** Resolves once the item is written with its batch; rejects if that failed. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#busy ??= this.#run()
    })
  }

  get size(): number {
    return this.#waiting.length
  }

  /** Resolves when nothing is waiting or being written. */
  async idle(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy
  }

  async #run(): Promise<void> {
    // All that this turn of the event loop brings goes into one batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const early = this.#everyMs - (performance.now() - this.#writtenAt)
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const batch = this.#waiting.splice(0, this.#max)
      try {
        const results = await this.#write(batch.map(({ item }) => item))
        batch.forEach(({ resolve }, index) => {
          resolve(results[index] as R)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
      this.#writtenAt = performance.now()
    }
    this.#busy = undefined
  }
}
