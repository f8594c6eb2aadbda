const MAX_FAILURES = 10
const WINDOW_MS = 60_000
const MAX_CALLERS = 10_000

/** Lets each caller guess only so often. */
export class GuessLimit {
  readonly #failures = new Map<string, { count: number; readonly until: number }>()

  /** How long a caller must wait before the next guess, in milliseconds. */
  wait(caller: string, now: number): number {
    const known = this.#failures.get(caller)
    return known === undefined || known.count < MAX_FAILURES ? 0 : Math.max(0, known.until - now)
  }

  failed(caller: string, now: number): void {
    const known = this.#failures.get(caller)
    if (known !== undefined && known.until > now) {
      known.count += 1
      return
    }
    if (this.#failures.size >= MAX_CALLERS) this.#failures.clear()
    this.#failures.set(caller, { count: 1, until: now + WINDOW_MS })
  }
}
