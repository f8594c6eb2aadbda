import { Movoice } from '@movoice-kit/core/client'
import { baseUrlProblem } from '@movoice-kit/core/contract'
import { checkPhone } from '@movoice-kit/core/phone'
import type { Bundle, ZObject } from 'zapier-platform-core'
import { zapierTransport } from './transport.ts'

/** Zapier ends a step after 30 s. By then a lost answer must have been looked up, or given up in words. */
export const DEADLINE_MS = 26_000
const ATTEMPT_MS = 12_000
/** A longer pause is Zapier's to keep: it runs the step again after the delay it is told. */
const LONGEST_WAIT_MS = 3_000

/** What a connection holds: the fields of `authentication.ts`. */
export interface Connection {
  readonly apiKey: string
  readonly baseUrl: string | undefined
  readonly hooks: { readonly url: string; readonly token: string } | undefined
}

/** Reads a connection's fields; says in a sentence what is wrong with them. */
export function readConnection(z: ZObject, { authData }: Pick<Bundle, 'authData'>): Connection {
  const baseUrl = textOf(authData.base_url)
  const url = textOf(authData.hooks_url)?.replace(/\/+$/, '')
  const token = textOf(authData.hooks_token)
  for (const [label, value] of [
    ['Base URL', baseUrl],
    ['Hooks Server URL', url],
  ] as const) {
    if (value === undefined) continue
    const problem = baseUrlProblem(value) ?? insecure(value)
    if (problem !== undefined) throw new z.errors.HaltedError(`${label} ${problem}.`)
  }
  if ((url === undefined) !== (token === undefined)) {
    const [has, lacks] = url === undefined ? ['Token', 'URL'] : ['URL', 'Token']
    throw new z.errors.HaltedError(
      `The connection has a Hooks Server ${has} but no Hooks Server ${lacks}: give both, or leave both empty.`,
    )
  }
  return {
    apiKey: textOf(authData.api_key) ?? '',
    baseUrl,
    hooks: url === undefined || token === undefined ? undefined : { url, token },
  }
}

/** The Movoice client of a connection, sending by `z.request`. */
export function movoiceOf(
  z: ZObject,
  bundle: Pick<Bundle, 'authData'>,
  deadlineMs: number = DEADLINE_MS,
): Movoice {
  const { apiKey, baseUrl } = readConnection(z, bundle)
  return new Movoice({
    apiKey,
    baseUrl,
    transport: zapierTransport(z),
    timeoutMs: ATTEMPT_MS,
    deadlineMs,
    maxRetryWaitMs: LONGEST_WAIT_MS,
    userAgent: 'movoice-zapier',
    checkPhone,
  })
}

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/i

/** Keys travel with every request, so only this machine may be spoken to without TLS. */
function insecure(url: string): string | undefined {
  return url.toLowerCase().startsWith('https://') || LOOPBACK.test(url)
    ? undefined
    : 'must begin with https://, as a key is sent along'
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}
