import { Movoice } from '@movoice-kit/core'
import type { Clock } from '@movoice-kit/core/engine'
import type { SlackOptions } from '../options.ts'
import { Cache } from './cache.ts'
import { NoKeyError } from './desk.ts'

const MINUTE = 60_000

/** Movoice's client of each workspace. */
export class Movoices {
  readonly #account: SlackOptions['movoice']
  readonly #ownKey: (team: string) => Promise<string | undefined>
  readonly #clock: Clock
  readonly #teams: Cache<Movoice>
  readonly #clients = new Map<string, Movoice>()

  /** @param ownKey the key that a workspace has set, if it has */
  constructor(
    account: SlackOptions['movoice'],
    ownKey: (team: string) => Promise<string | undefined>,
    clock: Clock,
  ) {
    this.#account = account
    this.#ownKey = ownKey
    this.#clock = clock
    this.#teams = new Cache(clock, MINUTE)
  }

  /** @throws {@link NoKeyError} while a workspace has no Movoice key */
  of(team: string): Promise<Movoice> {
    return this.#teams.get(team, async () => {
      const apiKey = (await this.#ownKey(team)) ?? this.#account.apiKey
      if (apiKey === undefined) throw new NoKeyError('There is no Movoice key for this workspace.')
      return this.#clientOf(apiKey)
    })
  }

  forget(team: string): void {
    this.#teams.forget((key) => key === team)
  }

  /** The client holds the pace of its key, so one key has one client. */
  #clientOf(apiKey: string): Movoice {
    let client = this.#clients.get(apiKey)
    if (client === undefined) {
      const { baseUrl, plan } = this.#account
      client = new Movoice({ apiKey, baseUrl, plan, clock: this.#clock, userAgent: 'movoice-slack' })
      this.#clients.set(apiKey, client)
    }
    return client
  }
}
