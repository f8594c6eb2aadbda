import type { CancelSignal } from './cancel.ts'

/**
 * A caller's signal that can be held back: while something is on its way that cannot be taken back, stopping would
 * only lose what became of it.
 */
export class HeldSignal implements CancelSignal {
  readonly #source: CancelSignal | undefined
  readonly #listeners = new Set<() => void>()
  #held = false
  readonly #onAbort = () => {
    if (!this.#held) this.#tell()
  }

  constructor(source: CancelSignal | undefined) {
    this.#source = source
    source?.addEventListener('abort', this.#onAbort)
  }

  get aborted(): boolean {
    return !this.#held && this.#source?.aborted === true
  }

  /** From now on the source is not heard, unless it has fired already. */
  hold(): void {
    this.#held = this.#source?.aborted !== true
  }

  /** The source is heard again; if it fired meanwhile, it is told now. */
  letGo(): void {
    this.#held = false
    if (this.aborted) this.#tell()
  }

  /** Leaves the source alone for good. */
  end(): void {
    this.#source?.removeEventListener('abort', this.#onAbort)
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
