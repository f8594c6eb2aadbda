import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/node'

export interface GateOptions {
  /** Names under which the server may be reached, without port; IPv6 in brackets. */
  readonly hosts: readonly string[]
  readonly token: string | undefined
}

/** Lets a request pass, or answers it and gives false. */
export type Gate = (request: IncomingMessage, response: ServerResponse) => boolean

/**
 * Stands before everything: the `Host` and `Origin` of a page that a browser was tricked into trusting are turned away
 * with 403 (DNS rebinding), and who has not the token with 401.
 */
export function gate({ hosts, token }: GateOptions): Gate {
  const hostIsOurs = hostHeaderValidation([...hosts])
  const originIsOurs = originValidation([...hosts])
  return (request, response) => {
    if (!hostIsOurs(request, response) || !originIsOurs(request, response)) return false
    if (token === undefined || isBearer(request.headers.authorization, token)) return true
    response.writeHead(401, {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer realm="movoice-mcp"',
    })
    response.end(
      JSON.stringify({
        jsonrpc: '2.0',
        error: { code: -32000, message: 'A bearer token is needed: the one in MOVOICE_MCP_TOKEN.' },
        id: null,
      }),
    )
    return false
  }
}

function isBearer(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? ''
  // Digests are of one length, so that the comparison tells nothing by its time.
  return timingSafeEqual(digest(given), digest(token))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
