import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Guard, Token } from '../http/auth.ts'

/** Somebody signed in. */
export interface Session {
  readonly token: Token
  /** What every form must carry: nobody who cannot read our pages knows it. */
  readonly csrf: string
  readonly mayManage: boolean
}

const LIFE_MS = 12 * 3_600_000

/**
 * Sessions that no process keeps: the cookie says until when, signed with a key made from the server's own
 * token, which is written nowhere: every process knows it, and the session ends when a token is replaced.
 */
export class Sessions {
  readonly #guard: Guard
  readonly #now: () => number
  readonly #secure: boolean
  readonly #key: Buffer

  /** @param secure whether browsers come by https */
  constructor(guard: Guard, token: string, now: () => number, secure: boolean) {
    this.#guard = guard
    this.#key = createHash('sha256').update(`dashboard ${token}`).digest()
    this.#now = now
    this.#secure = secure
  }

  get #name(): string {
    return this.#secure ? '__Host-hooks' : 'hooks'
  }

  /** A `Set-Cookie` for whoever knows a token that may read; `undefined` for anybody else. */
  open(text: string): string | undefined {
    const token = this.#guard.find(text)
    if (token === undefined || !token.scopes.has('read')) return undefined
    const claim = `${this.#now() + LIFE_MS}.${randomBytes(12).toString('base64url')}`
    return this.#cookie(`${claim}.${this.#sign(token, claim)}`, LIFE_MS / 1000)
  }

  /** A `Set-Cookie` that ends the session in the browser. */
  get end(): string {
    return this.#cookie('', 0)
  }

  of(request: FastifyRequest): Session | undefined {
    const value = cookieOf(request, this.#name)
    const [, claim = '', expires = '', mac = ''] = /^((\d{1,15})\.[\w-]{16})\.([\w-]{43})$/.exec(value) ?? []
    if (claim === '' || Number(expires) <= this.#now()) return undefined
    const token = this.#guard.tokens.find((one) => same(this.#sign(one, claim), mac))
    if (token === undefined || !token.scopes.has('read')) return undefined
    return { token, csrf: this.#sign(token, `form ${claim}`), mayManage: token.scopes.has('manage') }
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
