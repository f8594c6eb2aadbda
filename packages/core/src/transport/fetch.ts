import {
  classifyNetworkError,
  type Transport,
  TransportFailure,
  type TransportRequest,
} from '../engine/transport.ts'
import { abortSignal } from './abort-signal.ts'
import { MAX_ANSWER_BYTES } from './answer.ts'

/** Which fetch is used. */
export interface FetchTransportOptions {
  /** Another implementation of `fetch`, such as undici's with a proxy agent. */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Sends by `fetch`, for places without Node's own HTTP. Redirects are never followed.
 *
 * @example
 * const movoice = new Movoice({ apiKey, transport: fetchTransport() })
 */
export function fetchTransport({ fetch }: FetchTransportOptions = {}): Transport {
  return async (request) => {
    const send = fetch ?? globalThis.fetch
    const { signal, release } = abortSignal(request.signal)
    try {
      const response = await send(request.url, init(request, signal))
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await readBody(response),
      }
    } catch (error) {
      if (error instanceof TransportFailure) throw error
      if (signal.aborted) throw new TransportFailure('aborted', 'maybe')
      throw fromFetch(error)
    } finally {
      release()
    }
  }
}

function init({ method, headers, body }: TransportRequest, signal: AbortSignal): RequestInit {
  return { method, headers: { ...headers }, signal, redirect: 'manual', ...(body !== undefined && { body }) }
}

async function readBody(response: Response): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > MAX_ANSWER_BYTES) throw new TransportFailure('too_large', 'maybe')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

// fetch hides the system's error one or two causes down.
function fromFetch(error: unknown): TransportFailure {
  let here: unknown = error
  for (let depth = 0; depth < 4 && typeof here === 'object' && here !== null; depth += 1) {
    const { code, syscall, cause, errors } = here as Record<string, unknown>
    if (typeof code === 'string') return classifyNetworkError({ code, syscall })
    here = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return new TransportFailure('unknown', 'maybe')
}
