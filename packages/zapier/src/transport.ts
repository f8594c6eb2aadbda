import { classifyNetworkError, type Transport, TransportFailure } from '@movoice-kit/core/client'
import type { HttpRequestOptions, ZObject } from 'zapier-platform-core'

/** The largest answer that is read. Source: Zapier's operating constraints, "HTTP response payload". */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024

/** Two switches that z.request knows and its types do not. */
interface Untyped {
  /** Off, or a prompt that holds `{{bundle.…}}` would be refused before it is sent. */
  readonly merge: false
  /** Off, so that core sees a 429 with its headers and decides. */
  readonly throwForThrottlingEarly: false
  readonly signal: AbortSignal
}

/**
 * Sends by `z.request`, so that every request is in Zapier's log with its secrets scrubbed. One request, sent
 * once; redirects are not followed, as the API key would go along.
 *
 * @example
 * const movoice = new Movoice({ apiKey: bundle.authData.api_key, transport: zapierTransport(z) })
 */
export function zapierTransport(z: ZObject): Transport {
  return async ({ method, url, headers, body, timeoutMs, signal }) => {
    const controller = new AbortController()
    const abort = () => controller.abort()
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort)
    const options: HttpRequestOptions & Untyped = {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      timeout: timeoutMs,
      size: MAX_ANSWER_BYTES,
      skipThrowForStatus: true,
      throwForThrottlingEarly: false,
      merge: false,
      signal: controller.signal,
    }
    try {
      const response = await z.request(url, options)
      const plain: Record<string, string> = {}
      response.headers.forEach((value: string, name: string) => {
        plain[name.toLowerCase()] = value
      })
      return { status: response.status, headers: plain, body: response.content }
    } catch (error) {
      throw fromFetch(error)
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

/** node-fetch keeps the system's code and hides the call that failed; only its message still tells which. */
function fromFetch(error: unknown): TransportFailure {
  const { name, type, code, message } = error as Record<string, unknown>
  if (name === 'AbortError') return new TransportFailure('aborted', 'maybe')
  if (type === 'max-size') return new TransportFailure('too_large', 'maybe')
  if (type === 'request-timeout' || type === 'body-timeout') return new TransportFailure('timeout', 'maybe')
  const failed = /reason: (connect|getaddrinfo) /.exec(typeof message === 'string' ? message : '')
  return classifyNetworkError({ code, syscall: failed?.[1] })
}
