import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CommandError, explainListen } from '@movoice-kit/core/command'
import { type App, type CustomRoute, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt'
import type { WebClientOptions } from '@slack/web-api'
import type { boltLogger } from './app/bolt-logger.ts'
import type { SlackOptions } from './options.ts'

/** Far above what Slack sends. */
const MAX_BODY = 1_000_000

export type Receiver = HTTPReceiver | SocketModeReceiver

/** How Slack's requests come in: over HTTP, signed, or over a socket that the app opens. */
export function receiverFor(
  door: SlackOptions['door'],
  routes: CustomRoute[],
  logger: ReturnType<typeof boltLogger>,
  clientOptions: WebClientOptions,
): Receiver {
  if ('signingSecret' in door)
    return new HTTPReceiver({
      signingSecret: door.signingSecret,
      logger,
      customRoutes: routes,
      bodyLimit: MAX_BODY,
      dispatchErrorHandler: notFound,
    })
  return new SocketModeReceiver({
    appToken: door.appToken,
    logger,
    logLevel: LogLevel.WARN,
    installerOptions: { clientOptions },
  })
}

export interface OpenDoor {
  /** Where it listens; `undefined` over a socket without routes. */
  readonly url: string | undefined
  close(): Promise<void>
}

/** @throws {@link CommandError} if it cannot listen, or Slack's socket cannot be opened */
export async function openDoor(
  app: App,
  receiver: Receiver,
  { host, port, routes }: { readonly host: string; readonly port: number; readonly routes: CustomRoute[] },
): Promise<OpenDoor> {
  let server: Server | undefined
  try {
    if (receiver instanceof HTTPReceiver) server = (await receiver.start({ host, port })) as Server
    else {
      await app.start()
      if (routes.length > 0) server = await serveRoutes(routes, host, port)
    }
  } catch (error) {
    const explained = explainListen(error, host, port)
    throw explained === error && receiver instanceof SocketModeReceiver
      ? new CommandError(
          `Slack’s socket could not be opened: ${error instanceof Error ? error.message : String(error)}.`,
          { hint: 'Check SLACK_APP_TOKEN: it begins with xapp- and has the scope connections:write.' },
        )
      : explained
  }
  const address = server?.address() as AddressInfo | null | undefined
  return {
    url: address == null ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: async () => {
      if (server !== undefined) {
        server.closeAllConnections()
        await new Promise<void>((resolve) => server.close(() => resolve()))
      }
      if (receiver instanceof SocketModeReceiver) await app.stop()
    },
  }
}

function notFound({
  error,
  response,
}: {
  readonly error: Error & { readonly code?: string }
  readonly response: ServerResponse
}): void {
  const unknown = error.code === 'slack_bolt_http_receiver_deferred_request_error'
  response
    .writeHead(unknown ? 404 : 500, { 'content-type': 'text/plain' })
    .end(unknown ? 'Slack’s requests come to POST /slack/events.\n' : 'Something went wrong.\n')
}

/** Over a socket, only the further routes need a server. */
async function serveRoutes(routes: readonly CustomRoute[], host: string, port: number): Promise<Server> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?')[0]
    const route = routes.find((one) => one.path === path && one.method === request.method)
    if (route === undefined) response.writeHead(404).end()
    else route.handler(Object.assign(request, { params: {} }), response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return server
}
