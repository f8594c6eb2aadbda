import { Cancellation, type CancelSignal, type Transport } from '@movoice-kit/core/engine'
import { StoppedError } from './pace.ts'

/** A transport whose requests end with what they are made for: a server that stops waits for no answer. */
export function endingWith(end: CancelSignal, transport: Transport): Transport {
  return async (request) => {
    if (end.aborted) throw new StoppedError()
    const either = new Cancellation()
    const cancel = () => either.cancel()
    const signals = [end, request.signal]
    for (const signal of signals) signal.addEventListener('abort', cancel)
    try {
      return await transport({ ...request, signal: either.signal })
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', cancel)
    }
  }
}
