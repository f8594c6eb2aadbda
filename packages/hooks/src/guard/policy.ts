import ipaddr from 'ipaddr.js'

/** Which addresses deliveries may go to. */
export interface AddressPolicy {
  /** This machine itself: for a try-out, where hooks and receiver share it. Plain http is fine there. */
  readonly allowLoopback: boolean
  /** The networks behind a router: 10/8, 172.16/12, 192.168/16, fc00::/7. Never the link-local ones. */
  readonly allowPrivate: boolean
}

/** Loopback, private, public, or none that anybody should be sent to. */
export type AddressKind = 'loopback' | 'private' | 'public' | 'forbidden'

const PRIVATE = new Set(['private', 'uniqueLocal'])

/**
 * What kind of address an IP literal is. An IPv4 address inside an IPv6 one counts as what it is inside.
 *
 * @example
 * addressKind('169.254.169.254')   // 'forbidden'
 * addressKind('::ffff:127.0.0.1')  // 'loopback'
 */
export function addressKind(literal: string): AddressKind {
  const bare = literal.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  if (!ipaddr.isValid(bare)) return 'forbidden'
  const address = ipaddr.process(bare)
  const inner = address.kind() === 'ipv6' ? embedded(address as ipaddr.IPv6) : undefined
  if (inner !== undefined) return addressKind(inner)
  const range = address.range()
  if (range === 'unicast') return 'public'
  if (range === 'loopback') return 'loopback'
  return PRIVATE.has(range) ? 'private' : 'forbidden'
}

/** The IPv4 address that a translating IPv6 address stands for. */
function embedded(address: ipaddr.IPv6): string | undefined {
  const bytes = address.toByteArray()
  const last = bytes.slice(12).join('.')
  switch (address.range()) {
    case 'rfc6052': // 64:ff9b::/96
      return last
    case '6to4': // 2002:aabb:ccdd::/48
      return bytes.slice(2, 6).join('.')
    default:
      // ::a.b.c.d, long out of use, still reaches IPv4 on some systems.
      return bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 15).some((byte) => byte !== 0)
        ? last
        : undefined
  }
}

export function isAllowed(literal: string, { allowLoopback, allowPrivate }: AddressPolicy): boolean {
  const kind = addressKind(literal)
  return kind === 'public' || (kind === 'loopback' && allowLoopback) || (kind === 'private' && allowPrivate)
}
