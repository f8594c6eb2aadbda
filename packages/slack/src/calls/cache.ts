import type { Clock } from '@movoice-kit/core/engine'

interface Kept<T> {
  readonly value: Promise<T>
  readonly until: number
}

const MOST = 10_000

/** Keeps answers for a while, and asks once for all who ask at the same time. A failure is not kept. */
export class Cache<T> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #kept = new Map<string, Kept<T>>()

  constructor(clock: Clock, ms: number) {
    this.#clock = clock
    this.#ms = ms
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.until > this.#clock.now()) return kept.value
    const value = ask()
    const entry = { value, until: this.#clock.now() + this.#ms }
    this.#kept.delete(key)
    this.#kept.set(key, entry)
    const oldest = this.#kept.size > MOST ? this.#kept.keys().next().value : undefined
    if (oldest !== undefined) this.#kept.delete(oldest)
    value.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key)
    })
    return value
  }

  forget(which: (key: string) => boolean): void {
    for (const key of this.#kept.keys()) if (which(key)) this.#kept.delete(key)
  }
}
