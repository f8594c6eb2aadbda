import type { Clock, MovoiceClient } from '@movoice-kit/core/engine'

export const DEFAULT_ACCOUNT = 'default'
const AGENT_NAME_MS = 10 * 60_000

/** One Movoice account whose webhooks are relayed. */
export class Account {
  readonly name: string
  readonly webhookSecrets: readonly string[]
  /** Absent without an API key: then events are passed on as they come. */
  readonly movoice: MovoiceClient | undefined
  readonly #clock: Clock
  readonly #agents = new Map<string, { readonly name: Promise<string | null>; readonly until: number }>()

  constructor(
    name: string,
    webhookSecrets: readonly string[],
    movoice: MovoiceClient | undefined,
    clock: Clock,
  ) {
    this.name = name
    this.webhookSecrets = webhookSecrets
    this.movoice = movoice
    this.#clock = clock
  }

  /** An agent's name, asked for once in a while; `null` if it has none or the API does not tell. */
  async agentName(id: string): Promise<string | null> {
    const now = this.#clock.now()
    let entry = this.#agents.get(id)
    if (entry === undefined || entry.until <= now) {
      const asked = this.movoice?.agents.get(id).then(
        (agent) => agent.name ?? null,
        () => null,
      )
      entry = { name: asked ?? Promise.resolve(null), until: now + AGENT_NAME_MS }
      this.#agents.set(id, entry)
      // One that could not be had is asked for again soon.
      void entry.name.then((name) => {
        if (name === null) this.#agents.delete(id)
      })
    }
    return entry.name
  }
}
