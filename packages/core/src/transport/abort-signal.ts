import type { CancelSignal } from '../engine/cancel.ts'

/** A platform `AbortSignal` that follows an engine signal, until it is released. */
export function abortSignal(signal: CancelSignal): {
  readonly signal: AbortSignal
  readonly release: () => void
} {
  const controller = new AbortController()
  const abort = () => controller.abort()
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort)
  return { signal: controller.signal, release: () => signal.removeEventListener('abort', abort) }
}
