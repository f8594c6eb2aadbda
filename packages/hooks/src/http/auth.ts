import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { HttpProblem } from './problems.ts'

/** What a token may do: hand in events, change subscriptions and send again, or only look. */
export type Scope = 'ingest' | 'manage' | 'read'

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

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
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

  /** Whether a request carries a token that may do this. */
  allows(request: FastifyRequest, scope: Scope): boolean {
    const [, text] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    return text !== undefined && this.find(text)?.scopes.has(scope) === true
  }

  /** @throws {@link HttpProblem} 401 or 403 */
  require(request: FastifyRequest, scope: Scope): void {
    const [, text] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    const token = text === undefined ? undefined : this.find(text)
    if (token === undefined) {
      throw new HttpProblem(
        401,
        'unauthorized',
        'Send "Authorization: Bearer" and the token of this server.',
        {
          headers: { 'www-authenticate': 'Bearer' },
        },
      )
    }
    if (!token.scopes.has(scope)) {
      throw new HttpProblem(403, 'forbidden', `This token may not do that: it lacks the scope "${scope}".`)
    }
  }
}
