// Hours in seconds, on real connections: time stands still while packets travel, and moves in steps between.
import { setTimeout as sleep } from 'node:timers/promises'
import { VirtualClock } from '@movoice-kit/core/testing'

/**
 * A clock for tests with real connections and databases. As time passes only by {@link SteppedClock.pass}, a slow
 * machine makes a test slower, and never makes anything late.
 */
export class SteppedClock extends VirtualClock {
  /** Lets time pass in steps, with a moment for real work after each. */
  async pass(ms: number, stepMs = 1_000, breathMs = 4): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.advance(Math.min(stepMs, left))
      await sleep(breathMs)
    }
  }

  /** Lets time pass until a condition holds. Resolves to how much of it did, in milliseconds of this clock. */
  async passUntil(
    condition: () => boolean | Promise<boolean>,
    what: string,
    boundMs: number,
    stepMs = 1_000,
  ): Promise<number> {
    const began = this.now()
    while (this.now() - began <= boundMs) {
      // What has been begun is given the time it takes before the clock moves on.
      for (let look = 0; look < 40; look += 1) {
        if (await condition()) return this.now() - began
        await sleep(5)
      }
      await this.advance(stepMs)
    }
    throw new Error(`${what} did not come about within ${boundMs} ms of virtual time`)
  }

  /** Runs work that waits for this clock as well, such as a stop. */
  async through<T>(work: Promise<T>): Promise<T> {
    let over = false
    const watched = work.finally(() => {
      over = true
    })
    watched.catch(() => undefined)
    while (!over) {
      await sleep(5)
      await this.advance(100)
    }
    return watched
  }
}
