import {
  classifyNetworkError,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from '@movoice-kit/core/engine'
import type { IAllExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow'
import { CREDENTIAL } from './credentials.ts'

/** The part of n8n's functions that a request needs: all contexts of a node have it. */
export type Functions = Pick<IAllExecuteFunctions, 'helpers' | 'getCredentials' | 'getNode'>

/**
 * Sends by n8n's HTTP helper, so that its proxy, certificates and egress rules hold; the credential adds the key.
 * One request is one attempt: no status throws, because n8n repeats a request that failed with 401 by itself.
 */
export function n8nTransport(functions: Functions): Transport {
  return async (request) => {
    const { authorization: _added, ...headers } = request.headers
    return send(request, headers, (asked) =>
      functions.helpers.httpRequestWithAuthentication.call(
        functions as IAllExecuteFunctions,
        CREDENTIAL,
        asked,
      ),
    )
  }
}

/** As {@link n8nTransport}, for a server that is not Movoice's: the request brings its own authorization. */
export function plainTransport(functions: Functions): Transport {
  return async (request) =>
    send(request, { ...request.headers }, (asked) => functions.helpers.httpRequest(asked))
}

function options({ method, url, body, timeoutMs }: TransportRequest): IHttpRequestOptions {
  return {
    method,
    url,
    ...(body !== undefined && { body }),
    encoding: 'text',
    json: false,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    disableFollowRedirect: true,
    timeout: Math.max(1, Math.ceil(timeoutMs)),
  }
}

async function send(
  request: TransportRequest,
  headers: Record<string, string>,
  by: (asked: IHttpRequestOptions) => Promise<unknown>,
): Promise<TransportResponse> {
  const { signal } = request
  if (signal.aborted) throw new TransportFailure('aborted', 'no')
  // While a node runs, n8n puts the signal of the whole execution in place of this one; then the time bounds it.
  const controller = new AbortController()
  const stop = () => controller.abort()
  signal.addEventListener('abort', stop)
  try {
    const asked = { ...options(request), headers, abortSignal: controller.signal }
    const response = (await by(asked)) as IN8nHttpFullResponse
    return {
      status: response.statusCode,
      headers: plainHeaders(response.headers),
      body: typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? ''),
    }
  } catch (error) {
    throw failureOf(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function plainHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]: [string, unknown]) => [
      name.toLowerCase(),
      String(Array.isArray(value) ? value[0] : value),
    ]),
  )
}

/**
 * n8n wraps axios, and axios the system's error. The innermost one that names a system call tells whether the
 * request can have left; nothing else of them is kept, since axios' holds the key.
 */
export function failureOf(thrown: unknown): TransportFailure {
  let outer: string | undefined
  let here: unknown = thrown
  for (let depth = 0; depth < 6 && typeof here === 'object' && here !== null; depth += 1) {
    const { code, syscall, cause, errors, name } = here as Record<string, unknown>
    if (name === 'CanceledError' || code === 'ERR_CANCELED') return new TransportFailure('aborted', 'maybe')
    if (typeof code === 'string') {
      if (typeof syscall === 'string') return classifyNetworkError({ code, syscall })
      outer ??= code
    }
    here = cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return classifyNetworkError({ code: outer })
}
