import type { Clock } from '@movoice-kit/core/engine'
import type { BatchFollowing } from './calls/batch-following.ts'
import type { Batches } from './calls/batches.ts'
import { errorFields, type Log } from './calls/log.ts'
import type { Placer } from './calls/placer.ts'
import type { Results } from './calls/results.ts'
import type { Database } from './store/database.ts'
import { tidy } from './store/tidy.ts'

/** Every so many sweeps, what is old is forgotten. */
const TIDY_EVERY = 20

export interface Swept {
  readonly clock: Clock
  readonly log: Log
  readonly database: Database
  readonly results: Results
  readonly batches: Batches
  readonly following: BatchFollowing
  readonly placer: Placer
}

/** Looks again and again for what nobody told, until it is stopped. */
export class Sweeping {
  readonly #swept: Swept
  readonly #stop = new AbortController()
  readonly #loop: Promise<void>

  /** @param every ms between two looks */
  constructor(swept: Swept, every: number) {
    this.#swept = swept
    this.#loop = this.#run(every)
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  async sweep(): Promise<void> {
    await this.#swept.results.sweep()
    await this.#swept.following.sweep()
  }

  /** Resolves when the look that is under way is over. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#loop
  }

  async #run(every: number): Promise<void> {
    const { clock, database, placer, batches } = this.#swept
    for (let turn = 1; ; turn += 1) {
      await clock.sleep(every, this.signal)
      if (this.signal.aborted) return
      await this.#try(() => this.sweep(), 'a sweep failed; the next one tries again')
      // Another process may have been killed at its work.
      if (database.kind === 'postgres') {
        await this.#try(() => placer.recover(false), 'unfinished calls could not be taken up')
        await this.#try(() => batches.recover(false), 'unfinished batches could not be taken up')
      }
      if (turn % TIDY_EVERY === 0) await this.#try(() => tidy(database, clock.now()), 'tidying up failed')
    }
  }

  async #try(work: () => Promise<void>, failed: string): Promise<void> {
    await work().catch((error: unknown) => this.#swept.log.error(errorFields(error), failed))
  }
}
