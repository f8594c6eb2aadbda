import { isIP } from 'node:net'
import { type AddressPolicy, addressKind, isAllowed } from './policy.ts'

/** Names that mean this machine, or one that only the inside of a network knows. */
const LOCAL_NAME = /^(localhost|.*\.localhost|ip6-localhost|ip6-loopback)\.?$/i
const INSIDE_NAME = /(^|\.)(internal|local|localdomain|lan|intranet|corp|home|home\.arpa)\.?$/i

/**
 * What is wrong with a URL as the target of deliveries, or `undefined`. Looks at the URL alone; what a name leads
 * to is looked at when a connection is made.
 *
 * @example
 * targetProblem('http://example.com/hook', policy) // 'must be an https URL'
 */
export function targetProblem(text: string, policy: AddressPolicy): string | undefined {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return 'must be a whole URL, such as https://example.com/hook'
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must be an https URL'
  if (url.username !== '' || url.password !== '') return 'must not hold a user or password'
  // The URL parser has turned 2130706433, 0x7f.1 and the like into dotted form by now.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const literal = isIP(host) !== 0
  const loopback = literal ? addressKind(host) === 'loopback' : LOCAL_NAME.test(host)
  if (loopback && !policy.allowLoopback) return 'must not lead to this machine itself'
  if (literal && !isAllowed(host, policy)) return 'must not lead into a private or special network'
  if (!literal && !loopback && INSIDE_NAME.test(host) && !policy.allowPrivate) {
    return 'must not lead into a private or special network'
  }
  if (url.protocol === 'http:' && !loopback && !policy.allowPrivate) return 'must be an https URL'
  return undefined
}
