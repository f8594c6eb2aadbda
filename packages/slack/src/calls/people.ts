import type { Clock } from '@movoice-kit/core/engine'
import type { WebClient } from '@slack/web-api'
import type { NamedGroup } from '../blocks/settings.ts'
import type { Person } from '../guards/judge.ts'
import { type Language, languageOf } from '../words/words.ts'
import { Cache } from './cache.ts'
import { slackError } from './fate.ts'

export interface KnownPerson extends Omit<Person, 'groups'> {
  readonly language: Language
}

/** Where somebody is at home, as far as Slack says. */
interface Whence {
  readonly is_stranger?: boolean
  readonly team_id?: string
  readonly enterprise_user?: { readonly enterprise_id?: string; readonly teams?: readonly string[] }
}

const FIVE_MINUTES = 300_000

/** Who somebody is, as Slack says: asked at most every five minutes, and once for many who ask at the same time. */
export class People {
  readonly #client: (team: string) => Promise<WebClient>
  readonly #people: Cache<KnownPerson>
  readonly #members: Cache<ReadonlySet<string>>
  readonly #groups: Cache<readonly NamedGroup[] | 'unreadable'>
  /** Which organisation each workspace is of; empty: none. */
  readonly #organisations: Cache<string>

  constructor(client: (team: string) => Promise<WebClient>, clock: Clock) {
    this.#client = client
    this.#people = new Cache(clock, FIVE_MINUTES)
    this.#members = new Cache(clock, FIVE_MINUTES)
    this.#groups = new Cache(clock, FIVE_MINUTES)
    this.#organisations = new Cache(clock, FIVE_MINUTES)
  }

  async get(team: string, user: string): Promise<KnownPerson> {
    return this.#people.get(`${team} ${user}`, async () => {
      const client = await this.#client(team)
      const { user: found } = await client.users.info({ user, include_locale: true })
      const { locale } = (found ?? {}) as { readonly locale?: string }
      return {
        userId: user,
        // People of another company in a shared channel have no more say than guests.
        isGuest:
          found === undefined ||
          found.is_restricted === true ||
          found.is_ultra_restricted === true ||
          found.is_bot === true ||
          (await this.#isFromElsewhere(team, found)),
        isAdmin: found?.is_admin === true || found?.is_owner === true,
        language: languageOf(locale),
      }
    })
  }

  /** Somebody with the groups among `groups` that they are in. */
  async person(team: string, user: string, groups: readonly string[]): Promise<Person & KnownPerson> {
    const known = await this.get(team, user)
    const member: string[] = []
    for (const group of groups) if ((await this.#membersOf(team, group)).has(user)) member.push(group)
    return { ...known, groups: member }
  }

  forget(team: string): void {
    this.#people.forget((key) => key.startsWith(`${team} `))
    this.#members.forget((key) => key.startsWith(`${team} `))
    this.#groups.forget((key) => key === team)
    this.#organisations.forget((key) => key === team)
  }

  /** The workspace's user groups by name, of its own though the app may be an organisation's; `unreadable` where Slack does not tell them to this app. */
  async groups(team: string): Promise<readonly NamedGroup[] | 'unreadable'> {
    return this.#groups.get(team, async () => {
      const client = await this.#client(team)
      try {
        const { usergroups } = await client.usergroups.list({ team_id: team })
        return (usergroups ?? [])
          .flatMap(({ id, handle, name }) =>
            id === undefined
              ? []
              : [{ id, name: handle === undefined ? (name ?? id) : `@${handle} · ${name}` }],
          )
          .toSorted((a, b) => a.name.localeCompare(b.name))
      } catch (error) {
        if (slackError(error) === undefined) throw error
        return 'unreadable'
      }
    })
  }

  /**
   * Whether somebody is of another company. `is_stranger` alone does not tell: it is false for whoever shares a
   * channel with the app.
   */
  async #isFromElsewhere(team: string, { is_stranger, team_id, enterprise_user }: Whence): Promise<boolean> {
    if (is_stranger === true) return true
    if (team_id === undefined || team_id === team) return false
    if (enterprise_user?.teams?.includes(team) === true) return false
    const ours = await this.#organisations.get(team, async () => {
      const client = await this.#client(team)
      return (await client.auth.test()).enterprise_id ?? ''
    })
    return ours === '' || enterprise_user?.enterprise_id !== ours
  }

  /** Where Slack refuses to say who is in a group (no right to, or it is gone), nobody is: the rest goes on. */
  async #membersOf(team: string, group: string): Promise<ReadonlySet<string>> {
    return this.#members.get(`${team} ${group}`, async () => {
      const client = await this.#client(team)
      try {
        const { users } = await client.usergroups.users.list({ usergroup: group, team_id: team })
        return new Set(users ?? [])
      } catch (error) {
        if (slackError(error) === undefined) throw error
        return new Set()
      }
    })
  }
}
