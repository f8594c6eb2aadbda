import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until a condition holds; the bound is only there to end a test that will not. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = 'the condition',
  boundMs = 15_000,
): Promise<void> {
  const end = performance.now() + boundMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`${what} did not come about within ${boundMs} ms`)
    await sleep(5)
  }
}
