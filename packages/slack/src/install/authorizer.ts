import type { Clock } from '@movoice-kit/core/engine'
import type { AuthorizeResult, Installation, InstallationQuery, InstallationStore } from '@slack/bolt'
import { WebClient, type WebClientOptions } from '@slack/web-api'
import { Cache } from '../calls/cache.ts'
import type { WorkspaceStore } from '../store/workspaces.ts'

/** A token is exchanged this long before it expires. Slack's live twelve hours. */
const EARLY = 2 * 3_600_000
const MINUTE = 60_000

export interface OAuthSettings {
  readonly clientId: string
  readonly clientSecret: string
}

/** Another process may be exchanging the same token: one at a time for each installation. */
export type Exclusive = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Which token speaks for which workspace, whether one is configured or many have installed the app. */
export interface Authorizer {
  authorize(query: {
    readonly teamId?: string | undefined
    readonly enterpriseId?: string | undefined
  }): Promise<AuthorizeResult>
  forget(team: string): void
}

/** One workspace, one bot token: the two-minute way in. */
export function singleAuthorizer(token: string, options: WebClientOptions): Authorizer {
  let known: Promise<AuthorizeResult> | undefined
  return {
    authorize: () => {
      known ??= new WebClient(token, options).auth.test().then(
        ({ bot_id, user_id, team_id }) => ({
          botToken: token,
          ...(bot_id !== undefined && { botId: bot_id }),
          ...(user_id !== undefined && { botUserId: user_id }),
          ...(team_id !== undefined && { teamId: team_id }),
        }),
        (error: unknown) => {
          known = undefined
          throw error
        },
      )
      return known
    },
    forget: () => {
      known = undefined
    },
  }
}

const idOf = (query: {
  readonly teamId?: string | undefined
  readonly enterpriseId?: string | undefined
  readonly isEnterpriseInstall?: boolean
}): string | undefined => (query.isEnterpriseInstall === true ? query.enterpriseId : query.teamId)

/** Installations as Slack's OAuth library keeps them, encrypted. */
export function installationStore(
  workspaces: WorkspaceStore,
  clock: Clock,
  changed: (id: string) => void,
): InstallationStore {
  return {
    storeInstallation: async (installation) => {
      const id = installation.isEnterpriseInstall ? installation.enterprise?.id : installation.team?.id
      if (id === undefined)
        throw new Error('Slack’s installation names neither a workspace nor an organisation.')
      await workspaces.saveInstallation(id, installation, clock.now())
      changed(id)
    },
    fetchInstallation: async (query) => {
      const found = await findInstallation(workspaces, query)
      if (found === undefined) throw new Error('The app is not installed there.')
      // The library's type parameters say which kind it is; the data say the same.
      return found.installation as never
    },
    deleteInstallation: async (query) => {
      const id = idOf(query as InstallationQuery<boolean>)
      if (id === undefined) return
      await workspaces.deleteInstallation(id)
      changed(id)
    },
  }
}

interface Found {
  readonly id: string
  readonly installation: Installation
}

/** A workspace's own installation, or else its organisation's. */
async function findInstallation(
  workspaces: WorkspaceStore,
  query: { readonly teamId?: string | undefined; readonly enterpriseId?: string | undefined },
): Promise<Found | undefined> {
  for (const id of [query.teamId, query.enterpriseId]) {
    const installation = id === undefined ? undefined : await workspaces.installation(id)
    if (id !== undefined && installation !== undefined)
      return { id, installation: installation as Installation }
  }
  return undefined
}

/**
 * Many workspaces. An answer is kept for a minute, so that a command waits for nothing; a token that runs out is
 * exchanged once, however many ask for it.
 */
export function manyAuthorizer(
  workspaces: WorkspaceStore,
  oauth: OAuthSettings,
  options: WebClientOptions,
  clock: Clock,
  alone: Exclusive,
): Authorizer {
  const cache = new Cache<AuthorizeResult>(clock, MINUTE)
  const organisations = new Map<string, string>()
  const ask = async (query: {
    readonly teamId?: string | undefined
    readonly enterpriseId?: string | undefined
  }): Promise<AuthorizeResult> => {
    const found = await findInstallation(workspaces, query)
    if (found === undefined) throw new Error('The app is not installed in this workspace.')
    const current = isStale(found.installation, clock.now())
      ? await alone(found.id, () => exchange(workspaces, found.id, oauth, options, clock))
      : found.installation
    const { bot } = current
    if (bot === undefined) throw new Error('The installation has no bot.')
    return {
      botToken: bot.token,
      botId: bot.id,
      botUserId: bot.userId,
      ...(query.teamId !== undefined && { teamId: query.teamId }),
      ...(query.enterpriseId !== undefined && { enterpriseId: query.enterpriseId }),
    }
  }
  return {
    authorize: (query) => {
      const { teamId } = query
      if (teamId !== undefined && query.enterpriseId !== undefined)
        organisations.set(teamId, query.enterpriseId)
      const enterpriseId =
        query.enterpriseId ?? (teamId === undefined ? undefined : organisations.get(teamId))
      return cache.get(`${teamId ?? ''} ${enterpriseId ?? ''}`, () => ask({ teamId, enterpriseId }))
    },
    forget: (id) => {
      cache.forget((key) => key.split(' ').includes(id))
    },
  }
}

function isStale({ bot }: Installation, now: number): boolean {
  return bot?.refreshToken !== undefined && bot.expiresAt !== undefined && bot.expiresAt * 1000 - now < EARLY
}

/** Exchanges a token that runs out, unless another has done so meanwhile. */
async function exchange(
  workspaces: WorkspaceStore,
  id: string,
  { clientId, clientSecret }: OAuthSettings,
  options: WebClientOptions,
  clock: Clock,
): Promise<Installation> {
  const installation = (await workspaces.installation(id)) as Installation | undefined
  if (installation?.bot === undefined) throw new Error('The app is not installed in this workspace.')
  if (!isStale(installation, clock.now())) return installation
  const answer = await new WebClient(undefined, options).oauth.v2.access({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'refresh_token',
    refresh_token: installation.bot.refreshToken ?? '',
  })
  if (answer.access_token === undefined) throw new Error('Slack exchanged the token for nothing.')
  const renewed = {
    ...installation,
    bot: {
      ...installation.bot,
      token: answer.access_token,
      ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
      ...(answer.expires_in !== undefined && {
        expiresAt: Math.floor(clock.now() / 1000) + answer.expires_in,
      }),
    },
  }
  await workspaces.saveInstallation(id, renewed, clock.now())
  return renewed
}
