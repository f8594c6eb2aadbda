import { signWebhook } from '@movoice-kit/core/events'
import { Agent } from 'undici'

/** Puts a webhook on the wire and says what the receiver answered. Redirects are not followed. */
export class Poster {
  readonly #timeoutMs: number
  readonly #agent = new Agent({ keepAliveTimeout: 2000, connections: 50 })
  readonly #stop = new AbortController()

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** The status of the answer, or why there was none; `undefined` once it is closed. */
  async post(target: string, body: string, secret: string): Promise<number | string | undefined> {
    if (this.#stop.signal.aborted) return undefined
    const url = new URL(target)
    try {
      const answer = await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'movoice-sandbox',
          'x-movoice-signature': signWebhook(body, secret),
        },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutMs)]),
      })
      await answer.body.dump({ limit: 65_536 })
      return answer.statusCode
    } catch (error) {
      return this.#stop.signal.aborted ? undefined : this.#reasonOf(error)
    }
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#agent.destroy()
  }

  #reasonOf(error: unknown): string {
    const { name, code } = error as { readonly name?: string; readonly code?: unknown }
    if (name === 'TimeoutError') return `no answer within ${this.#timeoutMs / 1000} s`
    switch (code) {
      case 'ECONNREFUSED':
        return 'connection refused'
      case 'ECONNRESET':
      case 'UND_ERR_SOCKET':
        return 'connection reset'
      default:
        return typeof code === 'string' ? code : (name ?? 'failed')
    }
  }
}
