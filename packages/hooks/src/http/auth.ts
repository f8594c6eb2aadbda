import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { HttpProblem } from './problems.ts'
import type { RateLimits } from './rate-limits.ts'

/** What a token may do: hand in events, change subscriptions and send again, or only look. */
export type Scope = 'ingest' | 'manage' | 'read'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a token must allow for this route; absent where none is asked for. */
    readonly scope?: Scope
  }
}

export interface Token {
  readonly name: string
  /** SHA-256 of the token: the token itself is not kept. */
  readonly hash: Buffer
  readonly scopes: ReadonlySet<Scope>
}

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Knows who may do what. */
export class Guard {
  readonly #tokens: readonly Token[]
  readonly #limits: RateLimits

  constructor(tokens: readonly Token[], limits: RateLimits) {
    this.#tokens = tokens
    this.#limits = limits
  }

  get tokens(): readonly Token[] {
    return this.#tokens
  }

  /** The token that a text is, compared with every one in constant time. */
  find(text: string): Token | undefined {
    const hash = hashToken(text)
    let found: Token | undefined
    for (const token of this.#tokens) if (timingSafeEqual(token.hash, hash)) found = token
    return found
  }

  /**
   * Whether a request carries a token that may do this. From an address that has guessed too often none is looked at,
   * and nothing is refused for it: for routes that take another proof as well.
   */
  async allows(request: FastifyRequest, scope: Scope): Promise<boolean> {
    const text = bearerOf(request)
    if (text === undefined || (await this.#limits.wait('wrongTokens', request)) > 0) return false
    const token = this.find(text)
    if (token === undefined) await this.#limits.add('wrongTokens', request)
    return token?.scopes.has(scope) === true
  }

  /**
   * Options of a route that asks for a token with this scope. It is asked for before the body is read, so that
   * nobody without one can make the server take anything in.
   *
   * @example
   * app.get('/hooks', guard.needs('read'), list)
   */
  needs(scope: 'manage' | 'read') {
    return {
      config: { scope },
      onRequest: async (request: FastifyRequest): Promise<void> => this.#require(request, scope),
    }
  }

  /** @throws {@link HttpProblem} 401, 403 or 429 */
  async #require(request: FastifyRequest, scope: 'manage' | 'read'): Promise<void> {
    const text = bearerOf(request)
    // Whoever has guessed too often learns nothing more, not even from a right guess.
    if (text !== undefined) await this.#limits.check('wrongTokens', request)
    const token = text === undefined ? undefined : this.find(text)
    if (token === undefined) {
      if (text !== undefined) await this.#limits.count('wrongTokens', request)
      throw new HttpProblem(
        401,
        'unauthorized',
        'Send "Authorization: Bearer" and the token of this server.',
        {
          headers: { 'www-authenticate': 'Bearer' },
        },
      )
    }
    await this.#limits.count(scope, request, token.name)
    if (!token.scopes.has(scope)) {
      throw new HttpProblem(403, 'forbidden', `This token may not do that: it lacks the scope "${scope}".`)
    }
  }
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}
