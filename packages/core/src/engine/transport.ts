import type { CancelSignal } from './cancel.ts'

/** What a transport is to send. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly url: string
  /** Names in lower case; holds the API key. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body: string | undefined
  /** A bound a transport may hand on to its library; the engine enforces it in any case. */
  readonly timeoutMs: number
  /** Fires when the answer is no longer wanted: the connection should be let go. */
  readonly signal: CancelSignal
}

/** What a transport gives: an answer, whatever its status. */
export interface TransportResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The whole body as text. */
  readonly body: string
}

/**
 * Sends one request once and reads the whole answer. It never follows a redirect, never sends again, and
 * resolves for every status. A failure is thrown as {@link TransportFailure}; anything else that is thrown
 * counts as a request that may have arrived.
 *
 * @example
 * const transport: Transport = async ({ method, url, headers, body }) => {
 *   const answer = await myHttp({ method, url, headers, body })
 *   return { status: answer.code, headers: answer.headers, body: answer.text }
 * }
 */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>

/** What kept an answer from coming. */
export type FailureKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'aborted'
  | 'too_large'
  | 'unknown'

/** Why a transport got no answer, and whether the request can have arrived. Holds no part of the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure'
  readonly kind: FailureKind
  readonly sent: 'no' | 'maybe'
  /** The system's code, such as `ECONNREFUSED`. */
  readonly code: string | undefined

  constructor(kind: FailureKind, sent: 'no' | 'maybe', code?: string) {
    super(`${kind}${code === undefined ? '' : ` (${code})`}`)
    this.kind = kind
    this.sent = sent
    this.code = code
  }
}

const REFUSED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
  'ENETDOWN',
])
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'ERR_STREAM_PREMATURE_CLOSE'])
const CONNECT_TIMEOUT = new Set(['UND_ERR_CONNECT_TIMEOUT'])
const TLS =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_OSSL|HOSTNAME_MISMATCH)/

/** A session that broke after it stood: the request may have gone through before. */
const TLS_BROKEN = /BAD_RECORD_MAC|DECRYPTION_FAILED|UNEXPECTED_EOF|INTERNAL_ERROR/

/**
 * Classifies what Node's network layer says. A failed `connect` or look-up proves that nothing was sent; a
 * reset proves nothing, since it may come after the request was read. Byte counters are no help: measured,
 * they tell the same for a refused connection as for a request that arrived.
 *
 * @example
 * classifyNetworkError({ code: 'ECONNREFUSED', syscall: 'connect' }).sent // 'no'
 */
export function classifyNetworkError(error: {
  readonly code?: unknown
  readonly syscall?: unknown
}): TransportFailure {
  const code = typeof error.code === 'string' ? error.code : undefined
  if (code === undefined) return new TransportFailure('unknown', 'maybe')
  if (DNS.has(code) || error.syscall === 'getaddrinfo') return new TransportFailure('dns', 'no', code)
  if (TLS_BROKEN.test(code) || (code === 'EPROTO' && error.syscall === 'read'))
    return new TransportFailure('reset', 'maybe', code)
  if (TLS.test(code)) return new TransportFailure('tls', 'no', code)
  if (CONNECT_TIMEOUT.has(code)) return new TransportFailure('connect', 'no', code)
  if (error.syscall === 'connect' || REFUSED.has(code)) return new TransportFailure('connect', 'no', code)
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT')
    return new TransportFailure('timeout', 'maybe', code)
  if (RESET.has(code)) return new TransportFailure('reset', 'maybe', code)
  return new TransportFailure('unknown', 'maybe', code)
}
