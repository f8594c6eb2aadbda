import type { Plan } from '@movoice-kit/core/contract'
import type { Clock } from '@movoice-kit/core/engine'
import type { CallEvent } from '@movoice-kit/core/events'
import type { Log } from './calls/log.ts'
import type { HooksSettings } from './hooks-link.ts'
import type { Rights } from './manifest.ts'
import type { Location } from './store/database.ts'
import type { Keyring } from './store/keyring.ts'
import type { CommandNames } from './words/words.ts'

/** What an app for many workspaces needs to be installed. */
export interface OAuthOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly stateSecret: string
  readonly redirectUri: string
}

/** Options of the Slack app. */
export interface SlackOptions {
  /** One workspace: its bot token, and a keyring if what is kept is to be encrypted. Many: OAuth and a keyring. */
  readonly access:
    | { readonly botToken: string; readonly keyring?: Keyring | undefined }
    | { readonly oauth: OAuthOptions; readonly keyring: Keyring }
  /** Requests over HTTP, signed with this, or over a socket, opened with an app token. */
  readonly door: { readonly signingSecret: string } | { readonly appToken: string }
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly storage: Location
  readonly names: CommandNames
  /** For many workspaces: what is asked for at the installation beside what is always asked for, as in the manifest. */
  readonly rights?: Rights | undefined
  /** For every workspace that has set no key of its own. */
  readonly movoice: {
    readonly apiKey?: string | undefined
    readonly baseUrl?: string | undefined
    readonly plan?: Plan | undefined
  }
  /** Slack's API; an emulator's in tests. */
  readonly slackApiUrl?: string | undefined
  /** Between two looks for results that no event told, in ms; 30,000. */
  readonly sweepMs?: number | undefined
  readonly log?: Log | undefined
  readonly clock?: Clock | undefined
  /** The hooks server, which tells what happens as it happens; without one, the sweep alone does. */
  readonly hooks?: HooksSettings | undefined
  /** Where others reach this app; where it listens, if not given. */
  readonly publicUrl?: string | undefined
}

/** A Slack app that runs. */
export interface SlackApp {
  /** Where it listens; `undefined` over a socket without routes. */
  readonly url: string | undefined
  /** Takes in an event of a call. */
  take(event: CallEvent): Promise<void>
  /** One look for results now. */
  sweep(): Promise<void>
  /** Resolves when nothing that was begun is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}
