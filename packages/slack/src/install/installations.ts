import type { Clock } from '@movoice-kit/core/engine'
import type { Installation, InstallationQuery, InstallationStore } from '@slack/bolt'
import type { WorkspaceStore } from '../store/workspaces.ts'

interface Query {
  readonly teamId?: string | undefined
  readonly enterpriseId?: string | undefined
}

/** What Slack gave, and what of it was used up. */
export type Kept = Installation & {
  /** Digest of the last refresh token that was sent to Slack. */
  readonly spent?: string | undefined
}

export interface Found {
  /** The workspace's, or the organisation's that installed the app for all of its workspaces. */
  readonly id: string
  readonly installation: Kept
}

/** A workspace's own installation, or else its organisation's. */
export async function findInstallation(workspaces: WorkspaceStore, query: Query): Promise<Found | undefined> {
  for (const id of [query.teamId, query.enterpriseId]) {
    const installation = id === undefined ? undefined : await workspaces.installation(id)
    if (id !== undefined && installation !== undefined) return { id, installation: installation as Kept }
  }
  return undefined
}

const idOf = (query: Query & { readonly isEnterpriseInstall?: boolean }): string | undefined =>
  query.isEnterpriseInstall === true ? query.enterpriseId : query.teamId

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
