import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@movoice-kit/core'

/** How the person is asked: by the client itself, or by the assistant, which then brings the token. */
export type Asked = 'by_client' | 'by_assistant'

/** Something that is done once somebody has confirmed it. */
export interface Action<Result> {
  /** The tool that was called, such as `place_call`. */
  readonly tool: string
  /** Exactly what was asked for, after checking: the confirmation is good for this alone. */
  readonly input: object
  /** What a person reads before saying yes. */
  readonly summary: string
  /** Does it. Is called at most once; never throws for a reason that can be told in a result. */
  readonly run: (signal: AbortSignal) => Promise<Result>
}

export interface Prepared {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export type Taking<Result> =
  /** This confirmation is the first: the action runs now. `repeated` ones get the result of the first. */
  | { readonly kind: 'done'; readonly result: Result; readonly repeated: boolean }
  /** Never heard of, expired, refused, or from before a restart. */
  | { readonly kind: 'invalid' }
  /** For another request than the one it was made for. */
  | { readonly kind: 'mismatch' }

interface Entry<Result> extends Prepared {
  readonly action: Action<Result>
  readonly asked: Asked
  readonly digest: string
  /** Set the moment it is confirmed: whoever confirms again waits for the same. */
  outcome?: Promise<Result>
}

/** How long a confirmation may take. */
export const CONFIRM_WITHIN_MS = 5 * 60_000
/** How long the outcome of a confirmed action can be asked for again. */
const REMEMBER_MS = 60 * 60_000
/** An assistant that prepares without end pushes out its own oldest, not others' memory. */
const MOST_ENTRIES = 500

/**
 * Actions that wait for a yes. Each has a token of 192 random bits that is good once, for exactly one request, for five
 * minutes, in this process: after a crash there is nothing left to confirm.
 */
export class PendingActions<Result> {
  readonly #clock: Clock
  readonly #entries = new Map<string, Entry<Result>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  prepare(action: Action<Result>, asked: Asked): Prepared {
    this.#forget()
    const token = `confirm_${randomBytes(24).toString('base64url')}`
    const expiresAt = this.#clock.now() + CONFIRM_WITHIN_MS
    this.#entries.set(token, { token, expiresAt, action, asked, digest: digestOf(action.tool, action.input) })
    return { token, expiresAt }
  }

  /**
   * Takes a confirmation. The first one runs the action; any other, also one at the same moment, gets what the first
   * got.
   *
   * @param request what the confirmation came with, where it came with the whole request again
   */
  async confirm(
    token: string,
    asked: Asked,
    signal: AbortSignal,
    request?: { readonly tool: string; readonly input: object },
  ): Promise<Taking<Result>> {
    this.#forget()
    const entry = this.#entries.get(token)
    if (entry === undefined || entry.asked !== asked) return { kind: 'invalid' }
    if (request !== undefined && digestOf(request.tool, request.input) !== entry.digest)
      return { kind: 'mismatch' }
    const repeated = entry.outcome !== undefined
    entry.outcome ??= entry.action.run(signal)
    return { kind: 'done', result: await entry.outcome, repeated }
  }

  /** Somebody said no: the token is worth nothing any more, unless it was used before. */
  refuse(token: string): void {
    if (this.#entries.get(token)?.outcome === undefined) this.#entries.delete(token)
  }

  #forget(): void {
    const now = this.#clock.now()
    for (const [token, { expiresAt, outcome }] of this.#entries) {
      const until = outcome === undefined ? expiresAt : expiresAt + REMEMBER_MS
      if (until <= now) this.#entries.delete(token)
    }
    for (const token of this.#entries.keys()) {
      if (this.#entries.size < MOST_ENTRIES) break
      this.#entries.delete(token)
    }
  }
}

function digestOf(tool: string, input: object): string {
  return createHash('sha256')
    .update(JSON.stringify([tool, canonical(input)]))
    .digest('base64url')
}

/** Keys in one order, so that a client that writes them in another still asks for the same. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => [key, canonical(field)])
}
