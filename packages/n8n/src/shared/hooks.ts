import { MovoiceError, TransportFailure, type TransportResponse } from '@movoice-kit/core/engine'
import { n8nClock } from './clock.ts'
import { type MovoiceCredentials, readCredentials } from './credentials.ts'
import { type Functions, plainTransport } from './transport.ts'

/** A subscription as the hooks server tells it; the secret comes only when it is made. */
export interface Subscription {
  readonly id: string
  readonly target_url: string
  readonly event: string
  readonly filter?: Record<string, unknown> | null
  readonly secret?: string
  /** `active` or `paused` while it stands. */
  readonly status?: string
}

export interface NewSubscription {
  readonly target_url: string
  readonly event: string
  readonly filter?: Record<string, unknown>
  readonly once?: boolean
  /** ISO 8601. */
  readonly expires_at?: string
}

const TIMEOUT_MS = 15_000
const ATTEMPTS = 3

/** Subscriptions at the hooks server of the credential. */
export class HooksServer {
  readonly #functions: Functions
  readonly #credentials: MovoiceCredentials

  static async of(functions: Functions): Promise<HooksServer> {
    return new HooksServer(functions, await readCredentials(functions))
  }

  private constructor(functions: Functions, credentials: MovoiceCredentials) {
    this.#functions = functions
    this.#credentials = credentials
  }

  async subscribe(wanted: NewSubscription): Promise<Subscription & { readonly secret: string }> {
    const made = await this.#send('POST', '/hooks', wanted)
    return read(made) as Subscription & { secret: string }
  }

  /** `undefined` if there is none of that id. */
  async find(id: string): Promise<Subscription | undefined> {
    const found = await this.#send('GET', `/hooks/${encodeURIComponent(id)}`, undefined, [404])
    return found.status === 404 ? undefined : (read(found) as Subscription)
  }

  async list(): Promise<Subscription[]> {
    const answer = read(await this.#send('GET', '/hooks'))
    const rows = Array.isArray(answer) ? answer : Object.values(answer as object).find(Array.isArray)
    return (rows ?? []) as Subscription[]
  }

  /** Removes one; that it is gone already is success. */
  async unsubscribe(id: string): Promise<void> {
    await this.#send('DELETE', `/hooks/${encodeURIComponent(id)}`, undefined, [404])
  }

  async #send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    allowed: readonly number[] = [],
  ): Promise<TransportResponse> {
    const { hooksUrl, hooksToken } = this.#credentials
    const transport = plainTransport(this.#functions)
    for (let attempt = 1; ; attempt += 1) {
      let response: TransportResponse | undefined
      let failure = 'did not answer'
      try {
        response = await transport({
          method,
          url: `${hooksUrl}${path}`,
          headers: {
            authorization: `Bearer ${hooksToken}`,
            accept: 'application/json',
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
          timeoutMs: TIMEOUT_MS,
          signal: new AbortController().signal,
        })
        if ((response.status >= 200 && response.status < 300) || allowed.includes(response.status))
          return response
        failure = `answered ${response.status}`
      } catch (error) {
        if (!(error instanceof TransportFailure)) throw error
        failure = `could not be reached: ${error.message}`
      }
      const passing = response === undefined || response.status >= 500 || response.status === 429
      if (!passing || attempt === ATTEMPTS) throw refused(failure, response?.status)
      await n8nClock.sleep(500 * attempt)
    }
  }
}

function refused(what: string, status: number | undefined): MovoiceError {
  return new MovoiceError('hooks_server_failed', `The hooks server ${what}.`, {
    status,
    hint:
      status === 401 || status === 403
        ? 'Check Hooks Server Token in the credential: it is the HOOKS_TOKEN of that server.'
        : 'Check Hooks Server URL in the credential, and that the server runs.',
  })
}

function read(response: TransportResponse): unknown {
  try {
    return JSON.parse(response.body)
  } catch {
    throw refused('answered with something that is not JSON', response.status)
  }
}
