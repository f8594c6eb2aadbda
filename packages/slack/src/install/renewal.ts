import { createHash } from 'node:crypto'
import type { Clock } from '@movoice-kit/core/engine'
import type { OauthV2AccessResponse, WebClientOptions } from '@slack/web-api'
import { WebAPIHTTPError, WebAPIRateLimitedError, WebClient } from '@slack/web-api'
import { fateOf, slackError } from '../calls/fate.ts'
import { errorFields, type Log } from '../calls/log.ts'
import type { WorkspaceStore } from '../store/workspaces.ts'
import type { Kept } from './installations.ts'

/** A token is exchanged this long before it runs out. Slack's live twelve hours. */
const EARLY = 2 * 3_600_000
/** The answer holds the only token there will be, so it is waited for. Nobody waits for it with us. */
const TIMEOUT = 60_000
const SAVE_ATTEMPTS = 5
/** After Slack did not exchange a token, it is left alone for this long. */
const PAUSE = 60_000
/** With these, Slack has not looked at the refresh token. */
const UNSEEN = new Set([
  'ratelimited',
  'invalid_client_id',
  'bad_client_secret',
  'invalid_arguments',
  'invalid_form_data',
])

export interface OAuthSettings {
  readonly clientId: string
  readonly clientSecret: string
}

/** Another process may be exchanging the same token: one at a time for each installation. */
export type Exclusive = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** A workspace's token has run out and cannot be renewed: the app has to be installed there again. */
export class TokenLostError extends Error {
  override readonly name = 'token'
}

/** Whether a token has run out, or is about to. */
export const isStale = ({ bot }: Kept, now: number): boolean => until(bot) - now < EARLY
/** Whether a token is of no use any more. */
export const isOver = ({ bot }: Kept, now: number): boolean => until(bot) <= now

const until = (bot: Kept['bot']): number =>
  bot?.refreshToken === undefined || bot.expiresAt === undefined
    ? Number.POSITIVE_INFINITY
    : bot.expiresAt * 1000

/**
 * Exchanges tokens that run out: once, however many ask, in however many processes. A refresh token that Slack may
 * have seen is never sent again, even if its answer was lost: Slack takes a second use for theft.
 */
export class Renewals {
  readonly #workspaces: WorkspaceStore
  readonly #oauth: OAuthSettings
  readonly #options: WebClientOptions
  readonly #clock: Clock
  readonly #log: Log
  readonly #alone: Exclusive
  readonly #running = new Map<string, Promise<Kept>>()
  readonly #pausedUntil = new Map<string, number>()

  constructor(parts: {
    readonly workspaces: WorkspaceStore
    readonly oauth: OAuthSettings
    readonly options: WebClientOptions
    readonly clock: Clock
    readonly log: Log
    readonly alone: Exclusive
  }) {
    this.#workspaces = parts.workspaces
    this.#oauth = parts.oauth
    this.#options = parts.options
    this.#clock = parts.clock
    this.#log = parts.log
    this.#alone = parts.alone
  }

  /**
   * The installation with a token that is good; an older token, while it still is, if Slack will not exchange it now.
   *
   * @throws {@link TokenLostError} if there is no good token any more
   */
  renew(id: string): Promise<Kept> {
    const running = this.#running.get(id)
    if (running !== undefined) return running
    const work = this.#alone(id, () => this.#exchange(id)).finally(() => this.#running.delete(id))
    this.#running.set(id, work)
    return work
  }

  async #exchange(id: string): Promise<Kept> {
    const kept = (await this.#workspaces.installation(id)) as Kept | undefined
    const refreshToken = kept?.bot?.refreshToken
    if (kept?.bot === undefined) throw new Error('The app is not installed in this workspace.')
    const now = this.#clock.now()
    if (refreshToken === undefined || !isStale(kept, now)) return kept
    const spent = digest(refreshToken)
    if (kept.spent === spent || (this.#pausedUntil.get(id) ?? 0) > now) return stillGood(kept, now)
    // Noted before it is sent: whoever finds the note does not send it again.
    if (!(await this.#workspaces.changeInstallation(id, { ...kept, spent }, now))) return kept
    let answer: OauthV2AccessResponse
    try {
      answer = await this.#ask(refreshToken)
    } catch (error) {
      const unused = isUnused(error)
      this.#log.error(
        { installation: id, expires: kept.bot.expiresAt, ...errorFields(error) },
        unused
          ? 'a token was not exchanged yet; Slack is asked again in a minute'
          : 'a token was not exchanged, or the answer was lost: it is not asked for again, so install the app there anew',
      )
      this.#pausedUntil.set(id, now + PAUSE)
      if (unused) await this.#workspaces.changeInstallation(id, { ...kept, spent: undefined }, now)
      return stillGood(kept, now)
    }
    const renewed: Kept = {
      ...kept,
      spent: undefined,
      bot: {
        ...kept.bot,
        token: answer.access_token ?? kept.bot.token,
        ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
        ...(answer.expires_in !== undefined && {
          expiresAt: Math.floor(this.#clock.now() / 1000) + answer.expires_in,
        }),
      },
    }
    await this.#save(id, renewed)
    return renewed
  }

  #ask(refreshToken: string): Promise<OauthV2AccessResponse> {
    const client = new WebClient(undefined, {
      ...this.#options,
      timeout: TIMEOUT,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    })
    return client.oauth.v2.access({
      client_id: this.#oauth.clientId,
      client_secret: this.#oauth.clientSecret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    })
  }

  /** The old token is used up: a database that is away for a moment must not cost the new one. */
  async #save(id: string, renewed: Kept): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#workspaces.changeInstallation(id, renewed, this.#clock.now())
        return
      } catch (error) {
        if (attempt === SAVE_ATTEMPTS) throw error
        this.#log.warn({ installation: id, ...errorFields(error) }, 'a new token could not be kept yet')
        await this.#clock.sleep(attempt * 500)
      }
    }
  }
}

/** Whether Slack cannot have taken the refresh token that a failed request carried. */
function isUnused(error: unknown): boolean {
  if (fateOf(error) === 'unsent') return true
  return (
    error instanceof WebAPIRateLimitedError ||
    (error instanceof WebAPIHTTPError && error.statusCode === 429) ||
    UNSEEN.has(slackError(error) ?? '')
  )
}

function stillGood(kept: Kept, now: number): Kept {
  if (!isOver(kept, now)) return kept
  throw new TokenLostError('The workspace’s token ran out. Install the app there again.')
}

const digest = (token: string): string => createHash('sha256').update(token).digest('base64url')
