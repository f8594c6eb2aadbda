import type { CancelSignal } from './cancel.ts'
import type { Clock } from './clock.ts'
import { type MovoiceError, TimeoutError } from './errors.ts'
import { aborted } from './failure-error.ts'
import { race } from './race.ts'

export interface QueueOptions {
  readonly signal: CancelSignal | undefined
  /** When waiting ends, in milliseconds since 1970. */
  readonly until: number
  /** Has waited before, and goes before those who have not. */
  readonly again?: boolean
}

interface Waiting<T> {
  readonly serve: (turn: T) => void
  readonly fail: (error: MovoiceError) => void
}

/** People standing in line: served in the order in which they came; anyone may leave at any time. */
export class Turns<T> {
  readonly #clock: Clock
  readonly #again = new Set<Waiting<T>>()
  readonly #waiting = new Set<Waiting<T>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get length(): number {
    return this.#again.size + this.#waiting.size
  }

  /** Serves the one who has waited longest. */
  serve(turn: T): void {
    const line = this.#again.size > 0 ? this.#again : this.#waiting
    const [first] = line
    if (first === undefined) return
    line.delete(first)
    first.serve(turn)
  }

  /** Nobody can be served: sends all of them away. */
  failAll(error: MovoiceError): void {
    for (const line of [this.#again, this.#waiting]) {
      for (const { fail } of line) fail(error)
      line.clear()
    }
  }

  /**
   * Waits to be served.
   *
   * @throws {@link AbortedError} or {@link TimeoutError}, both saying that nothing was sent
   */
  async wait({ signal, until, again = false }: QueueOptions): Promise<T> {
    const line = again ? this.#again : this.#waiting
    let me: Waiting<T> | undefined
    const served = new Promise<T>((serve, fail) => {
      me = { serve, fail }
      line.add(me)
    })
    const began = this.#clock.now()
    const result = await race(() => served, until - began, this.#clock, signal)
    if (result.kind === 'done') return result.value
    if (result.kind === 'failed') throw result.error
    // Served in the very moment of leaving: the turn is not lost.
    if (me !== undefined && !line.delete(me)) return served
    if (result.kind === 'aborted') throw aborted(0, 'no')
    throw new TimeoutError(
      'queue_timeout',
      `It was not this call's turn within ${Math.round((until - began) / 1000)} s.`,
      {
        sent: 'no',
        hint: 'Nothing was sent: place fewer calls at once, or allow more time with queueTimeoutMs.',
      },
    )
  }
}
