import type { CancelSignal } from './cancel.ts'
import type { Clock } from './clock.ts'
import { race } from './race.ts'

/** How long an id is remembered: longer than any request that could mistake it for its own. */
const REMEMBER_MS = 10 * 60_000

interface Lane {
  readonly members: Set<Contender>
  /** Requests that ended without anybody knowing what they did: what they placed may still turn up. */
  readonly unsolved: { readonly content: string; readonly at: number }[]
  /** Ids that belong to somebody, and when they were learned. */
  readonly taken: Map<string, number>
  readonly watchers: Set<() => void>
  usedAt: number
}

/** One request that may have placed something. While its fate is open, others must not take what could be its own. */
export class Contender {
  readonly #lane: Lane
  readonly #clock: Clock
  readonly #content: string
  readonly #since: number
  #state: 'under way' | 'open' = 'under way'

  constructor(lane: Lane, clock: Clock, content: string) {
    this.#lane = lane
    this.#clock = clock
    this.#content = content
    this.#since = clock.now()
    lane.members.add(this)
  }

  /** What was placed is known by its id; false if another has taken it before. */
  take(id: string): boolean {
    const free = !this.#lane.taken.has(id)
    this.#lane.taken.set(id, this.#clock.now())
    this.leave()
    return free
  }

  isTaken(id: string): boolean {
    return this.#lane.taken.has(id)
  }

  /** The request came back without saying what was done. */
  becomesOpen(): void {
    this.#state = 'open'
    this.#changed()
  }

  /** Nothing more is to be learned, and what it did will never be known. */
  giveUp(): void {
    if (this.#lane.members.has(this)) {
      this.#lane.unsolved.push({ content: this.#content, at: this.#clock.now() })
    }
    this.leave()
  }

  /** It is settled. */
  leave(): void {
    this.#lane.members.delete(this)
    this.#changed()
  }

  /** Whether a request for the same is still under way, so that what is seen in the list may be its. */
  get disturbed(): boolean {
    return [...this.#lane.members].some((other) => other !== this && other.#state === 'under way')
  }

  /** How many are looking for the same, this one included; `undefined` if what they asked for is not quite the same. */
  get rivals(): number | undefined {
    const open = [...this.#lane.members].filter((other) => other.#state === 'open')
    const gone = this.#lane.unsolved.filter(({ at }) => at >= this.#since)
    const alike =
      open.every((other) => other.#content === this.#content) &&
      gone.every(({ content }) => content === this.#content)
    return alike ? open.length : undefined
  }

  /** Until nobody is under way, or `ms` have passed. */
  async quiet(ms: number, signal: CancelSignal | undefined): Promise<void> {
    await race(
      async (stop) => {
        while (this.disturbed && !stop.aborted) {
          await new Promise<void>((resolve) => {
            this.#lane.watchers.add(resolve)
            stop.addEventListener('abort', resolve)
          })
        }
      },
      ms,
      this.#clock,
      signal,
    )
  }

  #changed(): void {
    for (const wake of this.#lane.watchers) wake()
    this.#lane.watchers.clear()
  }
}

/** The requests of one client that could be taken for one another: same agent, same number. */
export class Contenders {
  readonly #lanes = new Map<string, Lane>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * @param key what a call in the list can be recognised by
   * @param content all that was asked for
   */
  enter(key: string, content: string): Contender {
    const now = this.#clock.now()
    const lane: Lane = this.#lanes.get(key) ?? {
      members: new Set(),
      unsolved: [],
      taken: new Map(),
      watchers: new Set(),
      usedAt: now,
    }
    lane.usedAt = now
    // The least recently used come first, so forgetting looks only at what it forgets.
    this.#lanes.delete(key)
    this.#lanes.set(key, lane)
    for (const [id, at] of lane.taken) if (at < now - REMEMBER_MS) lane.taken.delete(id)
    while ((lane.unsolved[0]?.at ?? now) < now - REMEMBER_MS) lane.unsolved.shift()
    for (const [name, old] of this.#lanes) {
      if (old.usedAt >= now - REMEMBER_MS) break
      if (old.members.size === 0) this.#lanes.delete(name)
    }
    return new Contender(lane, this.#clock, content)
  }
}
