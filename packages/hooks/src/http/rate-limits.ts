import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from './problems.ts'

/** How often something may be done in a minute, each process counting by itself. */
export interface RateLimitOptions {
  /** Webhooks of one Movoice account that are signed; 60,000. Fewer are never refused for their number. */
  readonly ingest?: number | undefined
  /** Requests that look, of one token; 1,200. */
  readonly read?: number | undefined
  /** Requests that change something, of one token; 600. */
  readonly manage?: number | undefined
  /** Wrong tokens from one address, at the API and the dashboard together; 10. */
  readonly wrongTokens?: number | undefined
  /** Webhooks from one address that are refused with a reason; 300. */
  readonly refused?: number | undefined
}

export type Limited = keyof RateLimitOptions

/** How often something may be done in a minute unless the options say otherwise. */
export const RATE_LIMITS: Readonly<Record<Limited, number>> = {
  ingest: 60_000,
  read: 1_200,
  manage: 600,
  wrongTokens: 10,
  refused: 300,
}

const WINDOW_MS = 60_000

type Counter = ReturnType<FastifyInstance['createRateLimit']>

/**
 * Counts who asks how often, and refuses with 429 and `Retry-After` what is too much. For each limit 5,000 callers are
 * remembered; of more, those that were quiet longest are forgotten, so that no crowd fills the memory.
 */
export class RateLimits {
  readonly #counters: Readonly<Record<Limited, Counter>>
  readonly #onLimited: (limit: Limited) => void
  readonly #callers = new WeakMap<FastifyRequest, string>()

  private constructor(app: FastifyInstance, options: RateLimitOptions, onLimited: (limit: Limited) => void) {
    this.#onLimited = onLimited
    const counter = (max: number): Counter =>
      app.createRateLimit({
        max,
        timeWindow: WINDOW_MS,
        keyGenerator: (request: FastifyRequest) => this.#callers.get(request) ?? addressOf(request),
      })
    this.#counters = {
      ingest: counter(options.ingest ?? RATE_LIMITS.ingest),
      read: counter(options.read ?? RATE_LIMITS.read),
      manage: counter(options.manage ?? RATE_LIMITS.manage),
      wrongTokens: counter(options.wrongTokens ?? RATE_LIMITS.wrongTokens),
      refused: counter(options.refused ?? RATE_LIMITS.refused),
    }
  }

  /** @param onLimited told of every request that was too many */
  static async on(
    app: FastifyInstance,
    options: RateLimitOptions = {},
    onLimited: (limit: Limited) => void = () => undefined,
  ): Promise<RateLimits> {
    await app.register(rateLimit, { global: false })
    return new RateLimits(app, options, onLimited)
  }

  /** Counts one more; without a caller's name it is the address's. @throws {@link HttpProblem} 429 */
  async count(what: Limited, request: FastifyRequest, caller?: string): Promise<void> {
    const waitS = await this.add(what, request, caller)
    if (waitS > 0) throw tooMany(waitS)
  }

  /** Counts one more. Resolves to how many seconds to wait with it; 0 if it is not too many. */
  add(what: Limited, request: FastifyRequest, caller?: string): Promise<number> {
    return this.#look(what, request, caller, true)
  }

  /** Whether one more would be too many; nothing is counted. @throws {@link HttpProblem} 429 */
  async check(what: Limited, request: FastifyRequest): Promise<void> {
    const waitS = await this.wait(what, request)
    if (waitS > 0) throw tooMany(waitS)
  }

  /** How many seconds to wait until one more of this address is not too many; 0 if it is none now. Nothing is counted. */
  wait(what: Limited, request: FastifyRequest): Promise<number> {
    return this.#look(what, request, undefined, false)
  }

  async #look(
    what: Limited,
    request: FastifyRequest,
    caller: string | undefined,
    increment: boolean,
  ): Promise<number> {
    if (caller === undefined) this.#callers.delete(request)
    else this.#callers.set(request, caller)
    const seen = await this.#counters[what](request, { increment })
    if (seen.isAllowed) return 0
    const full = increment ? seen.isExceeded : seen.remaining === 0
    if (!full) return 0
    this.#onLimited(what)
    return Math.max(1, seen.ttlInSeconds)
  }
}

/** IPv6 callers have a whole network of addresses each: they are counted by that. */
const addressOf = ({ ip }: FastifyRequest): string => normalizeIP(ip)

function tooMany(waitS: number): HttpProblem {
  return new HttpProblem(429, 'rate_limited', `Too many requests. Come again in ${waitS} s.`, {
    headers: { 'retry-after': String(waitS) },
  })
}
