import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

const HOURS_8 = 8 * 3_600_000
const COOKIE = 'movoice_hooks'

/** A signed cookie in place of the token, and a mark in every form that only our own pages know. */
export class Sessions {
  readonly #key: Buffer
  readonly #secure: boolean

  /** Every process with the same token takes the others' sessions. */
  constructor(token: string, secure: boolean) {
    this.#key = createHmac('sha256', token).update('dashboard sessions').digest()
    this.#secure = secure
  }

  begin(now: number): string {
    const text = `${now + HOURS_8}.${randomBytes(16).toString('base64url')}`
    return this.#cookie(`${text}.${this.#mac(text)}`, HOURS_8 / 1000)
  }

  end(): string {
    return this.#cookie('', 0)
  }

  /** The session of a request, if it has a good one. */
  of(request: FastifyRequest, now: number): string | undefined {
    const cookies = request.headers.cookie?.split(/;\s*/) ?? []
    const value = cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
    const [until, nonce, mac] = value?.split('.') ?? []
    if (until === undefined || nonce === undefined || mac === undefined) return undefined
    const text = `${until}.${nonce}`
    return equal(mac, this.#mac(text)) && Number(until) > now ? text : undefined
  }

  /** What a form of this session carries. */
  mark(session: string): string {
    return this.#mac(`form ${session}`)
  }

  isMark(session: string, given: unknown): boolean {
    return typeof given === 'string' && equal(given, this.mark(session))
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url')
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#secure ? '; Secure' : ''
    return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
