import axios, { type AxiosInstance, isAxiosError } from 'axios'
import { classifyNetworkError, type Transport, TransportFailure } from '../engine/transport.ts'
import { abortSignal } from './abort-signal.ts'
import { MAX_ANSWER_BYTES, plainHeaders } from './answer.ts'
import { agents } from './connect.ts'

/** How axios connects. */
export interface AxiosTransportOptions {
  /** Certificates of authorities to trust instead of the known ones, as PEM text, one after the other. */
  readonly ca?: string
  /** How long a connection may take to stand, TLS included, in milliseconds; 10,000. Until then, nothing is sent. */
  readonly connectTimeoutMs?: number
  /** An axios instance to send with, for its agents or interceptors; redirects stay off. */
  readonly instance?: AxiosInstance
}

/**
 * Sends by axios over kept-alive connections. A proxy is taken from the environment as it is when this is called
 * (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). Redirects are never followed, as the API key would go along.
 *
 * @example
 * const movoice = new Movoice({ apiKey, transport: axiosTransport({ ca: readFileSync('proxy.pem', 'utf8') }) })
 */
export function axiosTransport({
  ca,
  connectTimeoutMs = 10_000,
  instance,
}: AxiosTransportOptions = {}): Transport {
  const client =
    instance ??
    axios.create({
      ...agents({ ca, connectTimeoutMs }),
      // axios reads the environment anew for every request, which costs a third of a request where there is no proxy.
      ...(!namesProxy(process.env) && { proxy: false }),
    })
  return async ({ method, url, headers, body, signal }) => {
    const { signal: stop, release } = abortSignal(signal)
    try {
      const response = await client.request<string>({
        method,
        url,
        headers: { ...headers },
        data: body,
        signal: stop,
        maxRedirects: 0,
        maxContentLength: MAX_ANSWER_BYTES,
        maxBodyLength: Number.POSITIVE_INFINITY,
        responseType: 'text',
        transformRequest: [(data: unknown) => data],
        transformResponse: [(data: unknown) => data],
        validateStatus: () => true,
      })
      return { status: response.status, headers: plainHeaders(response.headers), body: response.data ?? '' }
    } catch (error) {
      throw fromAxios(error)
    } finally {
      release()
    }
  }
}

/** Whether the environment names a proxy under any of the names that are in use. */
function namesProxy(env: NodeJS.ProcessEnv): boolean {
  return Object.entries(env).some(
    ([name, value]) => /_proxy$/i.test(name) && !/^no_proxy$/i.test(name) && value,
  )
}

function fromAxios(error: unknown): TransportFailure {
  if (!isAxiosError(error)) return new TransportFailure('unknown', 'maybe')
  if (error.code === 'ERR_CANCELED') return new TransportFailure('aborted', 'maybe')
  if (/maxContentLength/.test(error.message)) return new TransportFailure('too_large', 'maybe')
  const cause = (error.cause ?? {}) as { readonly code?: unknown; readonly syscall?: unknown }
  return classifyNetworkError(
    typeof cause.code === 'string' ? cause : { code: error.code, syscall: undefined },
  )
}
