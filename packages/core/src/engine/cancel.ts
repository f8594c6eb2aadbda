/** The part of an `AbortSignal` the engine needs, so that it runs where there is none. */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** A switch that is thrown once; its `signal` tells whoever listens. */
export class Cancellation {
  readonly #listeners = new Set<() => void>()
  #thrown = false
  readonly signal: CancelSignal

  constructor() {
    const isThrown = () => this.#thrown
    const listeners = this.#listeners
    this.signal = {
      get aborted() {
        return isThrown()
      },
      addEventListener(_type, listener) {
        listeners.add(listener)
      },
      removeEventListener(_type, listener) {
        listeners.delete(listener)
      },
    }
  }

  cancel(): void {
    if (this.#thrown) return
    this.#thrown = true
    for (const listener of [...this.#listeners]) listener()
    this.#listeners.clear()
  }
}
