import type { Clock } from '@movoice-kit/core/engine'

interface Line {
  /** When it last began. */
  at: number
  running: Promise<void> | undefined
  /** One more run that all who ask meanwhile share. */
  next: Promise<void> | undefined
}

/** Does work for each key at most once in so many milliseconds: whoever asks in between shares the next run. */
export class Paced {
  readonly #clock: Clock
  readonly #ms: number
  readonly #work: (key: string) => Promise<void>
  readonly #lines = new Map<string, Line>()

  constructor(clock: Clock, ms: number, work: (key: string) => Promise<void>) {
    this.#clock = clock
    this.#ms = ms
    this.#work = work
  }

  /** Resolves when a run that began after this call is over. */
  ask(key: string): Promise<void> {
    const line = this.#lineOf(key)
    line.next ??= this.#run(key, line)
    return line.next
  }

  /** Something that counts as a run was done elsewhere just now. */
  ran(key: string): void {
    this.#lineOf(key).at = this.#clock.now()
  }

  async #run(key: string, line: Line): Promise<void> {
    await line.running?.catch(() => undefined)
    const wait = line.at + this.#ms - this.#clock.now()
    if (wait > 0) await this.#clock.sleep(wait)
    line.next = undefined
    line.at = this.#clock.now()
    const running = this.#work(key)
    line.running = running
    try {
      await running
    } finally {
      if (line.running === running) line.running = undefined
    }
  }

  #lineOf(key: string): Line {
    let line = this.#lines.get(key)
    if (line === undefined) {
      this.#forgetOld()
      line = { at: Number.NEGATIVE_INFINITY, running: undefined, next: undefined }
      this.#lines.set(key, line)
    }
    return line
  }

  #forgetOld(): void {
    if (this.#lines.size < 1000) return
    const old = this.#clock.now() - this.#ms
    for (const [key, { at, running, next }] of this.#lines)
      if (at < old && running === undefined && next === undefined) this.#lines.delete(key)
  }
}
