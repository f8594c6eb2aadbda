import type { Clock } from './engine/clock.ts'

/** The longest a timer of Node can run, in milliseconds: a longer one would ring at once. */
const LONGEST_MS = 2 ** 31 - 1

/** The machine's own time. A pause of more than 24 days ends after 24. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.min(LONGEST_MS, Math.max(0, ms)))
      signal?.addEventListener('abort', done)
    }),
}
