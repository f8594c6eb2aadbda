import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Movoice, systemClock } from '@movoice-kit/core'
import { CommandError, explainListen } from '@movoice-kit/core/command'
import type { Plan } from '@movoice-kit/core/contract'
import type { Clock } from '@movoice-kit/core/engine'
import type { CallEvent } from '@movoice-kit/core/events'
import { App, type CustomRoute, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt'
import { InstallProvider } from '@slack/oauth'
import { WebClient, type WebClientOptions } from '@slack/web-api'
import { agentForms } from './app/agent-forms.ts'
import { batchForms } from './app/batch-forms.ts'
import { boltLogger } from './app/bolt-logger.ts'
import { buttons } from './app/buttons.ts'
import { commands } from './app/commands.ts'
import { doNotCall } from './app/do-not-call.ts'
import { lifecycle } from './app/events.ts'
import { forms } from './app/forms.ts'
import { home } from './app/home.ts'
import type { Office } from './app/office.ts'
import { settings } from './app/settings.ts'
import { shortcuts } from './app/shortcuts.ts'
import { AgentDirectory } from './calls/agents.ts'
import { Batches } from './calls/batches.ts'
import { Cache } from './calls/cache.ts'
import { Cards } from './calls/cards.ts'
import { type Desk, NoKeyError } from './calls/desk.ts'
import { errorFields, jsonLog, type Log } from './calls/log.ts'
import { People } from './calls/people.ts'
import { Placer } from './calls/placer.ts'
import { Results } from './calls/results.ts'
import { Turns } from './calls/turns.ts'
import { HooksLink, type HooksSettings } from './hooks-link.ts'
import { installationStore, manyAuthorizer, singleAuthorizer } from './install/authorizer.ts'
import { scopes } from './manifest.ts'
import { BatchStore } from './store/batches.ts'
import { CallStore } from './store/calls.ts'
import { type Location, openDatabase } from './store/database.ts'
import { EditStore } from './store/edits.ts'
import type { Keyring } from './store/keyring.ts'
import { migrate } from './store/schema.ts'
import { WorkspaceStore } from './store/workspaces.ts'
import type { CommandNames } from './words/words.ts'

export interface OAuthOptions {
  readonly clientId: string
  readonly clientSecret: string
  readonly stateSecret: string
  readonly redirectUri: string
}

export interface SlackOptions {
  /** One workspace: its bot token. Many: OAuth and a keyring. */
  readonly access: { readonly botToken: string } | { readonly oauth: OAuthOptions; readonly keyring: Keyring }
  /** Requests over HTTP, signed with this, or over a socket, opened with an app token. */
  readonly door: { readonly signingSecret: string } | { readonly appToken: string }
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly storage: Location
  readonly names: CommandNames
  /** For every workspace that has set no key of its own. */
  readonly movoice: {
    readonly apiKey?: string | undefined
    readonly baseUrl?: string | undefined
    readonly plan?: Plan | undefined
  }
  /** Slack's API; an emulator's in tests. */
  readonly slackApiUrl?: string | undefined
  /** Between two looks for results that no event told, in ms; 30,000. */
  readonly sweepMs?: number | undefined
  readonly log?: Log | undefined
  readonly clock?: Clock | undefined
  /** The hooks server, which tells what happens as it happens; without one, the sweep alone does. */
  readonly hooks?: HooksSettings | undefined
  /** Where others reach this app; where it listens, if not given. */
  readonly publicUrl?: string | undefined
}

export interface SlackApp {
  /** Where it listens; `undefined` over a socket without routes. */
  readonly url: string | undefined
  /** Takes in an event of a call. */
  take(event: CallEvent): Promise<void>
  /** One look for results now. */
  sweep(): Promise<void>
  /** Resolves when nothing that was begun is under way. */
  idle(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the Slack app. When it resolves, it listens, and what an earlier process left unfinished is taken up.
 *
 * @throws {@link CommandError} if it cannot listen, or its storage cannot be used
 */
export async function createSlack(options: SlackOptions): Promise<SlackApp> {
  const { access, door, names, movoice: account } = options
  const clock = options.clock ?? systemClock
  const log = options.log ?? jsonLog((line) => process.stderr.write(line), clock.now)
  const logger = boltLogger(log)
  const database = await openDatabase(options.storage)
  await migrate(database.db, database.kind)
  const workspaces = new WorkspaceStore(database, 'keyring' in access ? access.keyring : undefined)
  const calls = new CallStore(database)
  const clientOptions: WebClientOptions = {
    logger,
    timeout: 10_000,
    retryConfig: { retries: 2, minTimeout: 500 },
    ...(options.slackApiUrl !== undefined && { slackApiUrl: options.slackApiUrl }),
  }
  const many = 'oauth' in access
  const authorizer = many
    ? manyAuthorizer(workspaces, access.oauth, clientOptions, clock, (key, work) =>
        database.kind === 'postgres' ? database.alone(`token ${key}`, work) : work(),
      )
    : singleAuthorizer(access.botToken, clientOptions)
  const slack: Desk['slack'] = async (team) => {
    const { botToken } = await authorizer.authorize({ teamId: team })
    return clientsOf(botToken ?? '', clientOptions)
  }
  const clients = new Map<string, Awaited<ReturnType<Desk['slack']>>>()
  function clientsOf(token: string, base: WebClientOptions): Awaited<ReturnType<Desk['slack']>> {
    let pair = clients.get(token)
    if (pair === undefined) {
      // Tokens rotate: the clients of old ones are let go.
      if (clients.size > 500) clients.clear()
      pair = {
        client: new WebClient(token, base),
        post: new WebClient(token, { ...base, retryConfig: { retries: 0 } }),
      }
      clients.set(token, pair)
    }
    return pair
  }
  const movoices = new Cache<Movoice>(clock, 60_000)
  const keyed = new Map<string, Movoice>()
  const movoice = (team: string): Promise<Movoice> =>
    movoices.get(team, async () => {
      const apiKey = (many ? await workspaces.movoiceKey(team) : undefined) ?? account.apiKey
      if (apiKey === undefined) throw new NoKeyError('There is no Movoice key for this workspace.')
      // The client holds the pace of its key, so one key has one client.
      let client = keyed.get(apiKey)
      if (client === undefined) {
        client = new Movoice({
          apiKey,
          baseUrl: account.baseUrl,
          plan: account.plan,
          clock,
          userAgent: 'movoice-slack',
        })
        keyed.set(apiKey, client)
      }
      return client
    })
  const desk: Desk = {
    clock,
    log,
    names,
    calls,
    batches: new BatchStore(database),
    edits: new EditStore(database),
    workspaces,
    people: new People(async (team) => (await slack(team)).client, clock),
    agents: new AgentDirectory(movoice, clock),
    newId: () => randomBytes(12).toString('base64url'),
    movoice,
    slack,
  }
  const cards = new Cards(desk)
  const results = new Results(desk, cards)
  const placer = new Placer(desk, cards, results)
  const batchWork = new Batches(desk, results)
  const turns = new Turns()
  const running = new Set<Promise<unknown>>()
  const later = (work: Promise<unknown>): void => {
    const watched = work
      .catch((error: unknown) =>
        log.error(errorFields(error), 'something that went on behind an answer failed'),
      )
      .finally(() => running.delete(watched))
    running.add(watched)
  }
  const office: Office = {
    ...desk,
    placer,
    cards,
    results,
    batchWork,
    ownKeys: many,
    batchSize: account.plan?.batchSize ?? 5000,
    later,
    turn: () => turns.next(),
    tracked: (work) => {
      const under = work()
      const watched = under
        .then(
          () => undefined,
          () => undefined,
        )
        .finally(() => running.delete(watched))
      running.add(watched)
      return under
    },
  }

  const link = options.hooks === undefined ? undefined : new HooksLink(options.hooks, log)
  const routes: CustomRoute[] = [
    ...(link === undefined ? [] : [link.route]),
    ...(many
      ? installRoutes(
          access.oauth,
          installationStore(workspaces, clock, (id) => authorizer.forget(id)),
          clientOptions,
        )
      : []),
    ...healthRoutes(database.db),
  ]
  const receiver =
    'signingSecret' in door
      ? new HTTPReceiver({
          signingSecret: door.signingSecret,
          logger,
          customRoutes: routes,
          bodyLimit: 1_000_000,
          dispatchErrorHandler: notFound,
        })
      : new SocketModeReceiver({
          appToken: door.appToken,
          logger,
          logLevel: LogLevel.WARN,
          installerOptions: { clientOptions },
        })
  const app = new App({
    receiver,
    ...('appToken' in door && { socketMode: true }),
    logger,
    logLevel: LogLevel.WARN,
    clientOptions,
    convoStore: false,
    authorize: ({ teamId, enterpriseId }) => authorizer.authorize({ teamId, enterpriseId }),
  })
  app.error(async (error) => {
    log.error(errorFields(error.original ?? error), 'a request of Slack’s failed')
  })
  commands(app, office)
  forms(app, office)
  buttons(app, office)
  shortcuts(app, office)
  home(app, office)
  settings(app, office)
  doNotCall(app, office)
  agentForms(app, office)
  batchForms(app, office)
  lifecycle(app, office, (team) => {
    authorizer.forget(team)
    movoices.forget((key) => key === team)
  })

  const host = options.host ?? '127.0.0.1'
  const port = options.port ?? 4030
  let server: Server | undefined
  try {
    if (receiver instanceof HTTPReceiver) server = (await receiver.start({ host, port })) as Server
    else {
      await app.start()
      if (link !== undefined || many) server = await serveRoutes(routes, host, port)
    }
  } catch (error) {
    await database.close()
    const explained = explainListen(error, host, port)
    throw explained === error && 'appToken' in door
      ? new CommandError(
          `Slack’s socket could not be opened: ${error instanceof Error ? error.message : String(error)}.`,
          { hint: 'Check SLACK_APP_TOKEN: it begins with xapp- and has the scope connections:write.' },
        )
      : explained
  }
  later(placer.recover(database.kind === 'sqlite'))
  later(batchWork.recover())
  const stop = new AbortController()
  const loop = sweeping()
  async function sweeping(): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      await clock.sleep(options.sweepMs ?? 30_000, stop.signal)
      if (stop.signal.aborted) return
      await sweep().catch((error: unknown) =>
        log.error(errorFields(error), 'a sweep failed; the next one tries again'),
      )
      if (database.kind === 'postgres')
        await placer
          .recover(false)
          .catch((error: unknown) => log.error(errorFields(error), 'unfinished calls could not be taken up'))
      if (turn % 120 === 0)
        await calls
          .tidy(clock.now())
          .catch((error: unknown) => log.error(errorFields(error), 'tidying up failed'))
    }
  }
  async function sweep(): Promise<void> {
    await results.sweep()
    await batchWork.sweep()
  }
  const address = server?.address() as AddressInfo | null | undefined
  const url =
    address == null ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
  if (link !== undefined && url !== undefined) later(connect(link, options.publicUrl ?? url))
  /** Keeps at it: the app is of use without the hooks server, and of more with it. */
  async function connect(to: HooksLink, origin: string): Promise<void> {
    for (let pause = 1000; !stop.signal.aborted; pause = Math.min(pause * 2, 60_000)) {
      try {
        return await to.connect(origin, (event) => results.take(event))
      } catch (error) {
        log.warn(
          errorFields(error),
          'the hooks server could not be subscribed to; results come by the sweep meanwhile',
        )
        await clock.sleep(pause, stop.signal)
      }
    }
  }
  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running)
  }
  return {
    url,
    take: (event) => results.take(event),
    sweep,
    idle,
    close: async () => {
      stop.abort()
      if (server !== undefined) {
        server.closeAllConnections()
        await new Promise<void>((resolve) => server?.close(() => resolve()))
      }
      if (receiver instanceof SocketModeReceiver) await app.stop()
      await loop
      await idle()
      await database.close()
    },
  }
}

/** *Add to Slack*, and the way back from it. */
function installRoutes(
  oauth: OAuthOptions,
  store: ReturnType<typeof installationStore>,
  clientOptions: WebClientOptions,
): CustomRoute[] {
  const { redirectUri, ...settings } = oauth
  const installer = new InstallProvider({
    ...settings,
    installationStore: store,
    clientOptions,
    ...(clientOptions.logger !== undefined && { logger: clientOptions.logger }),
    ...(clientOptions.slackApiUrl !== undefined && {
      authorizationUrl: new URL('/oauth/v2/authorize', clientOptions.slackApiUrl).href,
    }),
  })
  const urlOptions = { scopes: Object.keys(scopes), redirectUri }
  return [
    {
      path: '/slack/install',
      method: 'GET',
      handler: (request, response) => void installer.handleInstallPath(request, response, {}, urlOptions),
    },
    {
      path: '/slack/oauth_redirect',
      method: 'GET',
      handler: (request, response) => void installer.handleCallback(request, response),
    },
  ]
}

function healthRoutes(db: Awaited<ReturnType<typeof openDatabase>>['db']): CustomRoute[] {
  const answer = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  return [
    {
      path: '/livez',
      method: 'GET',
      handler: (_request, response) => answer(response, 200, { status: 'ok' }),
    },
    {
      path: '/readyz',
      method: 'GET',
      handler: (_request, response) => {
        db.selectFrom('seen')
          .select('claim')
          .limit(1)
          .execute()
          .then(
            () => answer(response, 200, { status: 'ok' }),
            () => answer(response, 503, { status: 'the database does not answer' }),
          )
      },
    },
  ]
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
