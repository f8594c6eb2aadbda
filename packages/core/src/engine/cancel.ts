/** The part of an `AbortSignal` the engine needs, so that it runs where there is none. */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * A switch that is thrown once; its `signal` tells whoever listens.
 *
 * @example
 * const stop = new Cancellation()
 * void clock.sleep(60_000, stop.signal)
 * stop.cancel()
 */
export class Cancellation {
  readonly signal: CancelSignal
  readonly #state = new State()

  constructor() {
    this.signal = this.#state
  }

  cancel(): void {
    this.#state.abort()
  }
}

// There are several for every request, so it holds nothing until somebody listens.
class State implements CancelSignal {
  #listeners: Set<() => void> | undefined
  #aborted = false

  get aborted(): boolean {
    return this.#aborted
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners ??= new Set()
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener)
  }

  abort(): void {
    if (this.#aborted) return
    this.#aborted = true
    const listeners = this.#listeners
    this.#listeners = undefined
    if (listeners !== undefined) for (const listener of [...listeners]) listener()
  }
}
