import type { Clock } from '@movoice-kit/core/engine'
import type { AuthorizeResult } from '@slack/bolt'
import { Cache } from '../calls/cache.ts'
import type { WorkspaceStore } from '../store/workspaces.ts'
import { type Found, findInstallation } from './installations.ts'
import { isOver, isStale, type Renewals } from './renewal.ts'

const MINUTE = 60_000

/** Which token speaks for which workspace, whether one is configured or many have installed the app. */
export interface Authorizer {
  /** For Bolt, which asks before Slack is answered: nothing but the app's own storage is waited for. */
  authorize(query: {
    readonly teamId?: string | undefined
    readonly enterpriseId?: string | undefined
  }): Promise<AuthorizeResult>
  /** A token that is good now. */
  token(team: string): Promise<string>
  forget(id: string): void
}

/** One workspace, one bot token: the two-minute way in. */
export function singleAuthorizer(token: string): Authorizer {
  return {
    authorize: async ({ teamId }) => ({ botToken: token, ...(teamId !== undefined && { teamId }) }),
    token: async () => token,
    forget: () => undefined,
  }
}

/**
 * Many workspaces. What was found is kept for a minute. A token that is about to run out is exchanged behind the
 * answer to Slack, and serves meanwhile.
 *
 * @param behind takes work that nobody waits for
 */
export function manyAuthorizer(
  workspaces: WorkspaceStore,
  renewals: Renewals,
  clock: Clock,
  behind: (work: Promise<unknown>) => void,
): Authorizer {
  const cache = new Cache<Found>(clock, MINUTE)
  const organisations = new Map<string, string>()
  const find = async (team: string | undefined, given: string | undefined): Promise<Found> => {
    const organisation =
      given ??
      (team === undefined ? undefined : (organisations.get(team) ?? (await workspaces.memberOf(team))))
    return cache.get(`${team ?? ''} ${organisation ?? ''}`, async () => {
      const found = await findInstallation(workspaces, { teamId: team, enterpriseId: organisation })
      if (found === undefined) throw new Error('The app is not installed in this workspace.')
      if (found.installation.bot === undefined) throw new Error('The installation has no bot.')
      if (team !== undefined && organisation !== undefined && found.id === organisation) {
        // Results come without an organisation's name, and at its end all of its workspaces are forgotten.
        if (organisations.get(team) !== organisation) await workspaces.joinOrganisation(team, organisation)
        organisations.set(team, organisation)
      }
      return found
    })
  }
  const forget = (id: string): void => cache.forget((key) => key.split(' ').includes(id))
  const renew = async (id: string) => {
    const renewed = await renewals.renew(id)
    forget(id)
    return renewed
  }
  return {
    authorize: async ({ teamId, enterpriseId }) => {
      const { id, installation } = await find(teamId, enterpriseId)
      if (isStale(installation, clock.now())) behind(renew(id))
      const { bot } = installation
      return {
        ...(bot !== undefined && { botToken: bot.token, botId: bot.id, botUserId: bot.userId }),
        ...(teamId !== undefined && { teamId }),
        ...(enterpriseId !== undefined && { enterpriseId }),
      }
    },
    token: async (team) => {
      const { id, installation } = await find(team, undefined)
      const current = isOver(installation, clock.now()) ? await renew(id) : installation
      if (isStale(current, clock.now())) behind(renew(id))
      return current.bot?.token ?? ''
    },
    forget,
  }
}
