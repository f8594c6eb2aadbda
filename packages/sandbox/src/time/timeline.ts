import { Heap } from './heap.ts'

/** Something planned that can be called off. */
export interface Planned {
  cancel(): void
}

class Due implements Planned {
  readonly at: number
  readonly seq: number
  run: (() => void) | undefined

  constructor(at: number, seq: number, run: () => void) {
    this.at = at
    this.seq = seq
    this.run = run
  }

  cancel(): void {
    this.run = undefined
  }
}

export interface TimelineOptions {
  /** Where time begins, in milliseconds since 1970. */
  readonly start: number
  /** Sandbox seconds that pass in a real one; 0 is a clock that only {@link Timeline.advance} moves. */
  readonly speed: number
}

const LONGEST_TIMER = 2_147_483_647

/**
 * The sandbox's time, and what is planned on it. Each thing planned runs at exactly its moment: while it does,
 * `now()` is that moment, however late the machine's timer was. So what happens depends on the plan alone.
 */
export class Timeline {
  readonly #plan = new Heap<Due>()
  readonly #work = new Set<Promise<unknown>>()
  #speed: number
  #base: number
  #realBase = performance.now()
  /** While set, time stands still: something runs, or `advance` walks from one moment to the next. */
  #held: number | undefined
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #seq = 0
  #closed = false
  #advancing: Promise<void> = Promise.resolve()
  /** Where the walk that is under way ends. */
  #target = 0

  constructor({ start, speed }: TimelineOptions) {
    this.#base = start
    this.#speed = speed
  }

  /** Milliseconds since 1970, in the sandbox's time. */
  now(): number {
    if (this.#held !== undefined) return this.#held
    return this.#base + Math.floor((performance.now() - this.#realBase) * this.#speed)
  }

  get speed(): number {
    return this.#speed
  }

  /** Changes how fast time passes from now on. */
  setSpeed(speed: number): void {
    this.#rebase(this.now())
    this.#speed = speed
    this.#arm()
  }

  /** Plans something for a moment; one that is past is now. */
  at(moment: number, run: () => void): Planned {
    this.#seq += 1
    const due = new Due(Math.max(moment, this.now()), this.#seq, run)
    this.#plan.push(due)
    this.#arm()
    return due
  }

  after(ms: number, run: () => void): Planned {
    return this.at(this.now() + ms, run)
  }

  /** Work that belongs to the present moment, such as a webhook on its way: `advance` does not leave it behind. */
  track(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#work.delete(tracked))
    this.#work.add(tracked)
  }

  /** Does what is due by now, in order. Timers may be late; whoever looks at the state first calls this. */
  catchUp(): void {
    if (this.#held !== undefined || this.#closed) return
    const until = this.now()
    try {
      for (let next = this.#plan.peek(); next !== undefined && next.at <= until; next = this.#plan.peek()) {
        this.#plan.pop()
        this.#held = next.at
        next.run?.()
      }
    } finally {
      this.#held = undefined
      this.#arm()
    }
  }

  /** Moves time on. Resolves when everything due by then has happened, webhooks and their retries included. */
  advance(ms: number): Promise<void> {
    const turn = this.#advancing.then(() => this.#walk(ms))
    this.#advancing = turn.catch(() => undefined)
    return turn
  }

  /** Resolves when nothing that belongs to the present moment is under way. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work])
  }

  /** Forgets everything planned; time goes on from `start`, or from where it is. A walk that is under way ends. */
  reset(start?: number): void {
    this.#plan.clear()
    if (start !== undefined) {
      if (this.#held !== undefined) this.#held = start
      else this.#rebase(start)
    }
    this.#target = this.now()
    this.#arm()
  }

  close(): void {
    this.#closed = true
    this.#plan.clear()
    clearTimeout(this.#timer)
  }

  async #walk(ms: number): Promise<void> {
    this.catchUp()
    this.#held = this.now()
    this.#target = this.#held + ms
    clearTimeout(this.#timer)
    this.#timerAt = Number.POSITIVE_INFINITY
    try {
      for (;;) {
        await this.settled()
        const next = this.#plan.peek()
        if (this.#closed || next === undefined || next.at > this.#target) break
        this.#plan.pop()
        this.#held = Math.max(this.#held, next.at)
        next.run?.()
      }
    } finally {
      this.#held = undefined
      this.#rebase(this.#target)
      this.#arm()
    }
  }

  #rebase(now: number): void {
    this.#base = now
    this.#realBase = performance.now()
  }

  #arm(): void {
    const next = this.#plan.peek()
    if (this.#closed || this.#held !== undefined || this.#speed === 0 || next === undefined) {
      clearTimeout(this.#timer)
      this.#timerAt = Number.POSITIVE_INFINITY
      return
    }
    if (this.#timerAt === next.at) return
    clearTimeout(this.#timer)
    this.#timerAt = next.at
    const real = (next.at - this.now()) / this.#speed
    this.#timer = setTimeout(
      () => {
        this.#timerAt = Number.POSITIVE_INFINITY
        this.catchUp()
      },
      Math.min(LONGEST_TIMER, Math.max(0, Math.ceil(real))),
    )
  }
}
