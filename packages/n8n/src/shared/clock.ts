import type { Clock } from '@movoice-kit/core/engine'
import { sleep } from 'n8n-workflow'

/** n8n's `sleep` cannot be cut short; in slices, one that nobody waits for any more is soon over. */
const SLICE_MS = 1_000

/** Time by n8n's own `sleep`: a verified node may use no timers. */
export const n8nClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    if (signal === undefined) return sleep(ms)
    if (signal.aborted) return
    let stop: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => {
      stop = resolve
    })
    signal.addEventListener('abort', stop)
    try {
      await Promise.race([stopped, inSlices(ms, () => signal.aborted)])
    } finally {
      signal.removeEventListener('abort', stop)
      stop()
    }
  },
}

async function inSlices(ms: number, isOver: () => boolean): Promise<void> {
  const end = Date.now() + ms
  for (let left = ms; left > 0 && !isOver(); left = end - Date.now()) await sleep(Math.min(left, SLICE_MS))
}
