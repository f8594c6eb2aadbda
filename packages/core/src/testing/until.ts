import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Looks until there is something to see, and gives it back. The bound is only there to end a test that will not.
 *
 * @param look - gives `undefined` or `false` as long as there is nothing; what it throws ends the wait
 * @param what - names what is waited for; a function may add what was seen instead
 * @example
 * await until(() => server.requests.length === 1, 'the request')
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string | (() => string) = 'the condition',
  boundMs = 30_000,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + boundMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<T, false | undefined>
    if (performance.now() > end) {
      throw new Error(`Not within ${boundMs} ms: ${typeof what === 'string' ? what : what()}`)
    }
    await sleep(5)
  }
}
