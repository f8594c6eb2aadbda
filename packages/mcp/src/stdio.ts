import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import { serverFactory } from './mcp-server.ts'
import { type McpOptions, openOffice } from './open-office.ts'

/** Options of the server over standard input and output. */
export interface StdioOptions extends McpOptions {
  /** The machine's own stdin and stdout if not given. */
  readonly input?: Readable | undefined
  readonly output?: Writable | undefined
}

/** An MCP server over standard input and output that runs. */
export interface StdioServer {
  /** Resolves when the client has gone, or after `close`, and all that had left for Movoice is finished. */
  readonly closed: Promise<void>
  close(): Promise<void>
}

/**
 * Serves one client over stdin and stdout. Nothing but the protocol is written to stdout.
 *
 * @example
 * const server = serveOverStdio({ movoice: { apiKey: process.env.MOVOICE_API_KEY } })
 * await server.closed
 */
export function serveOverStdio({
  input = process.stdin,
  output = process.stdout,
  ...options
}: StdioOptions): StdioServer {
  const office = openOffice(options)
  let leave = (): void => undefined
  const gone = new Promise<void>((resolve) => {
    leave = resolve
  })
  for (const event of ['end', 'close', 'error'] as const) input.once(event, leave)
  // A client that is gone closes the pipe: what is written then is lost, and no reason to fall.
  output.on('error', leave)
  const handle = serveStdio(serverFactory(office), {
    transport: new StdioServerTransport(input, output),
    onerror: (error) => office.log('protocol', { error: error.message }),
  })
  const closed = (async () => {
    await gone
    await office.shift.end()
    await handle.close()
  })()
  return {
    closed,
    close: async () => {
      leave()
      await closed
    },
  }
}
