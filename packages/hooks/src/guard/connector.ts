import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import { type AddressPolicy, isAllowed } from './policy.ts'

/** An address that deliveries may not go to. Its `code` stands in the delivery's story. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError'
  readonly code = 'ADDRESS_NOT_ALLOWED'
  constructor() {
    super('The target leads to an address that deliveries may not go to.')
  }
}

/** Looks a name up, as `dns.lookup` does. */
export type Resolve = typeof lookup
type LookupCallback = (error: Error | null, address: LookupAddress[] | string, family?: number) => void

/**
 * undici's connector with three gates: an address written as such is checked before dialling, a name's addresses
 * are checked as they are looked up, and what was dialled is checked again once connected. A name that leads
 * elsewhere at the second look gains nothing: the address that was checked is the one that is dialled.
 */
export function guardedConnector(policy: AddressPolicy, resolve: Resolve = lookup): buildConnector.connector {
  const connect = buildConnector({
    timeout: 10_000,
    allowH2: false,
    lookup: (hostname: string, options: LookupOptions, callback: LookupCallback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, [])
        const allowed = addresses.filter(({ address }) => isAllowed(address, policy))
        const first = allowed[0]
        // One forbidden address among good ones is a trap, not a spare.
        if (first === undefined || allowed.length < addresses.length) {
          return callback(new ForbiddenAddressError(), [])
        }
        if (options.all === true) callback(null, allowed)
        else callback(null, first.address, first.family)
      })
    },
  })
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isAllowed(host, policy)) {
      callback(new ForbiddenAddressError(), null)
      return
    }
    connect(options, (error, socket) => {
      // undici leaves the socket out altogether when the connection fails.
      if (error || !socket) return callback(error ?? new ForbiddenAddressError(), null)
      if (!isAllowed(socket.remoteAddress ?? '', policy)) {
        socket.destroy()
        return callback(new ForbiddenAddressError(), null)
      }
      callback(null, socket)
    })
  }
}
