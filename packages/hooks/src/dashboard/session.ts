import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '@movoice-kit/core/engine'
import type { FastifyRequest } from 'fastify'
import type { Guard, Token } from '../http/auth.ts'
import type { Database } from '../store/database.ts'
import { hasEnded, markEnded } from './sign-outs.ts'

/** Somebody signed in. */
export interface Session {
  readonly token: Token
  /** What every form must carry: nobody who cannot read our pages knows it. */
  readonly csrf: string
  readonly mayManage: boolean
  /** What tells it from every other, and until when it lasts: not a secret, and no way in. */
  readonly claim: string
  readonly until: number
}

export interface SessionsParts {
  readonly database: Database
  readonly guard: Guard
  readonly clock: Clock
  /** The server's own, which the key of the cookies is made from. */
  readonly token: string
}

const LIFE_MS = 12 * 3_600_000

/**
 * Sessions that no process keeps: the cookie says until when, signed with a key made from the server's own
 * token, which is written nowhere: every process knows it, and the session ends when a token is replaced. One that
 * was signed out of is remembered in the database until it would have ended by itself, so that no copy of its cookie
 * is good for anything, wherever the next request goes.
 */
export class Sessions {
  readonly #parts: SessionsParts
  readonly #secure: boolean
  readonly #key: Buffer

  /** @param secure whether browsers come by https */
  constructor(parts: SessionsParts, secure: boolean) {
    this.#parts = parts
    this.#secure = secure
    this.#key = createHash('sha256').update(`dashboard ${parts.token}`).digest()
  }

  get #name(): string {
    return this.#secure ? '__Host-hooks' : 'hooks'
  }

  /** A `Set-Cookie` for whoever knows a token that may read; `undefined` for anybody else. */
  open(text: string): string | undefined {
    const token = this.#parts.guard.find(text)
    if (token === undefined || !token.scopes.has('read')) return undefined
    const claim = `${this.#parts.clock.now() + LIFE_MS}.${randomBytes(12).toString('base64url')}`
    return this.#cookie(`${claim}.${this.#sign(token, claim)}`, LIFE_MS / 1000)
  }

  /** A `Set-Cookie` that takes the cookie out of the browser. */
  get noCookie(): string {
    return this.#cookie('', 0)
  }

  /** Ends a session for every holder of its cookie. */
  async end({ claim, until }: Session): Promise<void> {
    const { database, clock } = this.#parts
    await markEnded(database, claim, { until, now: clock.now() })
  }

  async of(request: FastifyRequest): Promise<Session | undefined> {
    const { guard, database, clock } = this.#parts
    const value = cookieOf(request, this.#name)
    const [, claim = '', expires = '', mac = ''] = /^((\d{1,15})\.[\w-]{16})\.([\w-]{43})$/.exec(value) ?? []
    const until = Number(expires)
    if (claim === '' || until <= clock.now()) return undefined
    const token = guard.tokens.find((one) => same(this.#sign(one, claim), mac))
    if (token === undefined || !token.scopes.has('read')) return undefined
    // Asked for last: nobody without a good signature makes the database work.
    if (await hasEnded(database.db, claim)) return undefined
    const csrf = this.#sign(token, `form ${claim}`)
    return { token, csrf, mayManage: token.scopes.has('manage'), claim, until }
  }

  #sign(token: Token, text: string): string {
    return createHmac('sha256', this.#key).update(token.hash).update(text).digest('base64url')
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#secure ? '; Secure' : ''
    return `${this.#name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
  }
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Whether a browser says that a request comes from another site. Programs say nothing, and are asked for more. */
export function isForeign(request: FastifyRequest): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers
  if (typeof site === 'string' && site !== 'same-origin') return true
  if (origin === undefined) return false
  try {
    return new URL(origin).host !== host
  } catch {
    return true
  }
}

function cookieOf(request: FastifyRequest, name: string): string {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return ''
}
