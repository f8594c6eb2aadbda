import type { Movoice } from '@movoice-kit/core'
import type { Clock } from '@movoice-kit/core/engine'
import type { WebClient } from '@slack/web-api'
import type { Policy } from '../guards/policy.ts'
import type { BatchStore } from '../store/batches.ts'
import type { CallStore } from '../store/calls.ts'
import type { DraftStore } from '../store/drafts.ts'
import type { EditStore } from '../store/edits.ts'
import type { EventStore } from '../store/events.ts'
import type { SeenStore } from '../store/seen.ts'
import type { WorkspaceStore } from '../store/workspaces.ts'
import { type CommandNames, type Language, Words } from '../words/words.ts'
import type { AgentDirectory } from './agents.ts'
import type { Log } from './log.ts'
import type { People } from './people.ts'

/** What every part of the app works with. */
export interface Desk {
  readonly clock: Clock
  readonly log: Log
  readonly names: CommandNames
  readonly seen: SeenStore
  readonly drafts: DraftStore
  readonly calls: CallStore
  readonly events: EventStore
  readonly batches: BatchStore
  readonly edits: EditStore
  readonly workspaces: WorkspaceStore
  readonly people: People
  readonly agents: AgentDirectory
  /** A short text that nobody guesses. */
  newId(): string
  /** @throws {@link NoKeyError} while a workspace has no Movoice key */
  movoice(team: string): Promise<Movoice>
  /** Another key was set: nothing made with the last one is used any more. */
  forgetAccount(team: string): void
  /** Whether a workspace has no Movoice account of its own, so that calls of others are in it too. */
  sharesAccount(team: string): Promise<boolean>
  /** Slack's API for a workspace. `post` never sends again by itself: a message must not appear twice. */
  slack(team: string): Promise<{ readonly client: WebClient; readonly post: WebClient }>
}

/** A workspace has not been given a Movoice key yet. */
export class NoKeyError extends Error {
  override readonly name = 'no_key'
}

/** The words for one person, by the workspace's settings and the person's own. */
export async function wordsFor(desk: Desk, team: string, user: string, policy: Policy): Promise<Words> {
  return new Words(await languageFor(desk, team, user, policy), desk.names)
}

async function languageFor(desk: Desk, team: string, user: string, policy: Policy): Promise<Language> {
  if (policy.language !== 'auto') return policy.language
  try {
    return (await desk.people.get(team, user)).language
  } catch {
    // The language is a courtesy: where Slack does not tell, English is right enough. Rights are asked for apart.
    return 'en'
  }
}
