import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
  /** For the whole answer, in milliseconds; 30,000. */
  readonly timeoutMs?: number
  /** Takes a certificate that nobody vouches for. */
  readonly skipVerify?: boolean
}

/** Why there was no answer, as the system's code: `ECONNREFUSED`, `TIMEOUT`. */
export class NoAnswer extends Error {
  readonly code: string
  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/**
 * Posts as Movoice would, once: redirects are an answer like any other.
 *
 * @returns the status
 * @throws {@link NoAnswer}
 */
export function post(
  url: string,
  { headers, body, signal, timeoutMs = 30_000, skipVerify = false }: PostOptions,
): Promise<number> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        headers: { 'content-length': Buffer.byteLength(body), ...headers },
        signal: stop,
        rejectUnauthorized: !skipVerify,
      },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
        response.on('error', fail)
      },
    )
    const fail = (error: Error) => {
      const { code, errors } = error as { readonly code?: string; readonly errors?: readonly unknown[] }
      const inner = (errors?.[0] as { readonly code?: string } | undefined)?.code
      const stopped = signal.aborted ? 'STOPPED' : 'TIMEOUT'
      reject(new NoAnswer(stop.aborted ? stopped : (inner ?? code ?? error.name)))
    }
    request.on('error', fail)
    request.end(body)
  })
}
