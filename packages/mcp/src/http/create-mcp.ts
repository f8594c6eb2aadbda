import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest, localhostAllowedHostnames } from '@modelcontextprotocol/server'
import { ConfigurationError, explainListen } from '@movoice-kit/core/command'
import { serverFactory } from '../mcp-server.ts'
import { type McpOptions, openOffice } from '../open-office.ts'
import { gate } from './gate.ts'
import { type SessionLimits, Sessions } from './sessions.ts'

/** Options of the server over HTTP. */
export interface HttpOptions extends McpOptions {
  /** 127.0.0.1 if not given; any other than a loopback address needs a token and names. */
  readonly host?: string | undefined
  /** 4040 if not given; 0 is any that is free. */
  readonly port?: number | undefined
  /** What clients send as `Authorization: Bearer …`; not needed on a loopback address. */
  readonly token?: string | undefined
  /** Names under which clients reach the server from elsewhere, without port, such as `calls.example.com`. */
  readonly publicHosts?: readonly string[] | undefined
  readonly sessions?: Partial<SessionLimits> | undefined
}

/** An MCP server over HTTP that runs. */
export interface McpHttpServer {
  /** Such as `http://127.0.0.1:4040/mcp`. */
  readonly url: string
  /** How many sessions of clients of 2025 are open. */
  readonly sessions: number
  /** Takes no new work, finishes what has left for Movoice, and stops. */
  close(): Promise<void>
}

const PATH = '/mcp'
/** A batch of 5,000 people with a few variables each is 1 MB. */
const MOST_BODY_BYTES = 4 * 1024 * 1024
/** How long the server, once told to stop, lets answers go out. */
const LAST_WORDS_MS = 1_000
const SHORTEST_TOKEN = 16
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|::1|\[::1\])$/i

/**
 * Serves clients over streamable HTTP, of the protocol of 2026 and of those before it.
 *
 * @throws {@link ConfigurationError} if it could be reached from elsewhere without a token or a name
 * @example
 * const mcp = await createMcp({ movoice: { apiKey: process.env.MOVOICE_API_KEY }, port: 4040 })
 * console.log(mcp.url) // http://127.0.0.1:4040/mcp
 */
export async function createMcp({
  host = '127.0.0.1',
  port = 4040,
  token,
  publicHosts = [],
  sessions: limits,
  ...options
}: HttpOptions): Promise<McpHttpServer> {
  checkReach(host, token, publicHosts)
  const office = openOffice(options)
  const { log, clock, shift } = office
  const factory = serverFactory(office)
  const onerror = (error: Error) => log('protocol', { error: error.message })
  const modern = createMcpHandler(factory, {
    legacy: 'reject',
    // The head goes out at once and a sign of life now and then: a proxy would not wait for a call's end in silence.
    responseMode: 'sse',
    maxRequestBodySize: MOST_BODY_BYTES,
    onerror,
  })
  const sessions = new Sessions(factory, { most: 64, idleMs: 30 * 60_000, ...limits }, clock, onerror)
  const route = async (request: Request): Promise<Response> => {
    const legacy = await isLegacyRequest(request, undefined, { maxRequestBodySize: MOST_BODY_BYTES })
    return legacy ? sessions.handle(request) : modern.fetch(request)
  }
  const answer = toNodeHandler({ fetch: route }, { maxRequestBodySize: MOST_BODY_BYTES, onerror })
  const mayPass = gate({ hosts: [...localhostAllowedHostnames(), ...publicHosts], token })
  const answering = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    if (!mayPass(request, response)) return
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== PATH) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end(`There is only ${PATH} here.\n`)
      return
    }
    if (request.method === 'POST') {
      answering.add(response)
      response.once('close', () => answering.delete(response))
    }
    // The adapter's types know no field that may be undefined; Node's have several.
    void answer(request as Parameters<typeof answer>[0], response)
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explainListen(error, host, port)
  }
  const { port: listening } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${listening}${PATH}`,
    get sessions() {
      return sessions.size
    },
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      await shift.end()
      // What is finished by now is told; a question that nobody has answered yet is not waited for.
      for (let waited = 0; answering.size > 0 && waited < LAST_WORDS_MS; waited += 20) await clock.sleep(20)
      await modern.close()
      await sessions.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function checkReach(host: string, token: string | undefined, publicHosts: readonly string[]): void {
  if (token !== undefined && (token.length < SHORTEST_TOKEN || !/^[\x21-\x7e]+$/.test(token))) {
    throw new ConfigurationError(
      'MOVOICE_MCP_TOKEN',
      `must be one word of at least ${SHORTEST_TOKEN} characters without spaces`,
      'Make one with "openssl rand -hex 24".',
    )
  }
  if (LOOPBACK.test(host)) return
  if (token === undefined) {
    throw new ConfigurationError(
      'MOVOICE_MCP_TOKEN',
      `is missing: on ${host} anyone who reaches this machine could place calls`,
      'Set it to a long random text that clients send as a bearer token.',
    )
  }
  if (publicHosts.length === 0) {
    throw new ConfigurationError(
      '--public-host',
      `is missing: on ${host} it must say under which names clients come`,
      'Give the name in their URL, such as --public-host calls.example.com.',
    )
  }
}
