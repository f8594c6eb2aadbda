import type { Call } from '@movoice-kit/core/contract'
import {
  type Clock,
  isMovoiceError,
  MAX_PAGE,
  type MovoiceClient,
  RateLimitedError,
  walkPages,
} from '@movoice-kit/core/engine'
import { type Pace, StoppedError } from './pace.ts'

/** Whether a call has come to its end. */
export const isOver = ({ status }: Call): boolean => status === 'completed' || status === 'failed'

export const DEFAULT_ACCOUNT = 'default'
/** What will be answered the next time as well. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404])
const AGENT_NAME_MS = 3_600_000
/** After a 429 that does not say when to come again. */
const UNTOLD_HOLD_MS = 30_000
/** What is held back for so often is given up for now: whoever asked comes again by himself. */
const MAX_TURNS = 10

export interface AccountOptions {
  readonly name: string
  readonly webhookSecrets: readonly string[]
  /** Absent without an API key: then events are passed on as they come. */
  readonly api?: { readonly movoice: MovoiceClient; readonly pace: Pace } | undefined
  readonly clock: Clock
}

/** One Movoice account whose webhooks are relayed. All it asks the API waits for its turn. */
export class Account {
  readonly name: string
  readonly webhookSecrets: readonly string[]
  readonly #api: AccountOptions['api']
  readonly #clock: Clock
  readonly #agents = new Map<string, { readonly name: Promise<string | null>; readonly until: number }>()

  constructor({ name, webhookSecrets, api, clock }: AccountOptions) {
    this.name = name
    this.webhookSecrets = webhookSecrets
    this.#api = api
    this.#clock = clock
  }

  /** Whether there is a key to ask the API with. */
  get asks(): boolean {
    return this.#api !== undefined
  }

  /** Whoever waits for a turn is told that the server stops. */
  stop(): void {
    this.#api?.pace.stop()
  }

  /** @throws {@link MovoiceError}, or {@link StoppedError} while the server stops */
  call(id: string): Promise<Call> {
    return this.#ask(({ calls }) => calls.get(id))
  }

  /** Every call of a list, page by page. @throws as {@link Account.call} */
  calls(
    query: { readonly from?: number; readonly to?: number; readonly status?: string },
    onPage: () => void = () => undefined,
  ): AsyncGenerator<Call, void, undefined> {
    return walkPages<Call>({
      fetch: async (page) => {
        const found = await this.#ask(({ calls }) => calls.list({ ...query, ...page }))
        onPage()
        return { items: found.items, total: found.total, hasMore: found.hasMore }
      },
      idOf: ({ call_id }) => call_id,
      pageSize: MAX_PAGE,
      offset: 0,
    })
  }

  /**
   * An agent's name, asked for once in a while; `null` if it has none, or there is no such agent for this key.
   *
   * @throws as {@link Account.call}
   */
  async agentName(id: string): Promise<string | null> {
    if (!this.asks) return null
    const now = this.#clock.now()
    let entry = this.#agents.get(id)
    if (entry === undefined || entry.until <= now) {
      const asked = this.#ask(({ agents }) => agents.get(id)).then(
        (agent) => agent.name ?? null,
        (error: unknown) => {
          if (isMovoiceError(error) && REFUSALS.has(error.status ?? 0)) return null
          throw error
        },
      )
      entry = { name: asked, until: now + AGENT_NAME_MS }
      this.#agents.set(id, entry)
      // One that could not be had is asked for again soon.
      void entry.name.then(
        (name) => {
          if (name === null) this.#agents.delete(id)
        },
        () => this.#agents.delete(id),
      )
    }
    return entry.name
  }

  /** Asks when it is this request's turn; after a 429 again, once the API takes requests. */
  async #ask<T>(request: (movoice: MovoiceClient) => PromiseLike<T>): Promise<T> {
    if (this.#api === undefined) throw new Error('This account has no key to ask the API with.')
    const { movoice, pace } = this.#api
    for (let turn = 1; ; turn += 1) {
      await pace.turn()
      try {
        return await request(movoice)
      } catch (error) {
        if (pace.stopped.aborted) throw new StoppedError()
        if (!(error instanceof RateLimitedError)) throw error
        // All of the account's requests wait, not this one alone: its phone calls need what there is.
        pace.hold(error.retryAfterMs ?? UNTOLD_HOLD_MS)
        if (turn === MAX_TURNS) throw error
      }
    }
  }
}
