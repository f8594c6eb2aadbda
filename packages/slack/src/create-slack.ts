import { randomBytes } from 'node:crypto'
import { systemClock } from '@movoice-kit/core'
import { App, type CustomRoute, LogLevel } from '@slack/bolt'
import type { WebClientOptions } from '@slack/web-api'
import { agentForms } from './app/agent-forms.ts'
import { batchForms } from './app/batch-forms.ts'
import { boltLogger } from './app/bolt-logger.ts'
import { buttons } from './app/buttons.ts'
import { commands } from './app/commands.ts'
import { doNotCall } from './app/do-not-call.ts'
import { lifecycle } from './app/events.ts'
import { forms } from './app/forms.ts'
import { healthRoutes } from './app/health.ts'
import { home } from './app/home.ts'
import type { Office } from './app/office.ts'
import { settings } from './app/settings.ts'
import { shortcuts } from './app/shortcuts.ts'
import { AgentDirectory } from './calls/agents.ts'
import { BatchCards } from './calls/batch-cards.ts'
import { BatchFollowing } from './calls/batch-following.ts'
import { Batches } from './calls/batches.ts'
import { Cards } from './calls/cards.ts'
import type { Desk } from './calls/desk.ts'
import { errorFields, jsonLog } from './calls/log.ts'
import { Movoices } from './calls/movoices.ts'
import { People } from './calls/people.ts'
import { Placer } from './calls/placer.ts'
import { Results } from './calls/results.ts'
import { slackClients } from './calls/slack-clients.ts'
import { Turns } from './calls/turns.ts'
import { UnderWay } from './calls/under-way.ts'
import { openDoor, receiverFor } from './door.ts'
import { HooksLink, keepConnecting } from './hooks-link.ts'
import { manyAuthorizer, singleAuthorizer } from './install/authorizer.ts'
import { installRoutes } from './install/install-routes.ts'
import { installationStore } from './install/installations.ts'
import { Renewals } from './install/renewal.ts'
import { workspaceOf } from './install/workspace-of.ts'
import type { SlackApp, SlackOptions } from './options.ts'
import { BatchStore } from './store/batches.ts'
import { CallStore } from './store/calls.ts'
import { checkKeys } from './store/check-keys.ts'
import { openDatabase } from './store/database.ts'
import { DraftStore } from './store/drafts.ts'
import { EditStore } from './store/edits.ts'
import { EventStore } from './store/events.ts'
import { migrate } from './store/schema.ts'
import { SeenStore } from './store/seen.ts'
import { Vault } from './store/vault.ts'
import { WorkspaceStore } from './store/workspaces.ts'
import { Sweeping } from './sweeping.ts'

/**
 * Starts the Slack app. When it resolves, it listens, and what an earlier process left unfinished is taken up.
 *
 * @throws {@link CommandError} if it cannot listen, or its storage cannot be used
 * @example
 * const app = await createSlack({
 *   access: { botToken },
 *   door: { signingSecret },
 *   storage: { folder: 'slack-data' },
 *   names: defaultNames,
 *   movoice: { apiKey },
 *   port: 4030,
 * })
 * await app.close()
 */
export async function createSlack(options: SlackOptions): Promise<SlackApp> {
  const { access, door, names } = options
  const clock = options.clock ?? systemClock
  const log = options.log ?? jsonLog((line) => process.stderr.write(line), clock.now)
  const logger = boltLogger(log)
  const clientOptions: WebClientOptions = {
    logger,
    timeout: 10_000,
    retryConfig: { retries: 2, minTimeout: 500 },
    ...(options.slackApiUrl !== undefined && { slackApiUrl: options.slackApiUrl }),
  }
  const vault = new Vault(access.keyring)
  const database = await openDatabase(options.storage)
  try {
    await migrate(database.db, database.kind)
    await checkKeys(database, vault)
  } catch (error) {
    await database.close()
    throw error
  }
  const workspaces = new WorkspaceStore(database, access.keyring)
  const calls = new CallStore(database, vault)
  const work = new UnderWay(log)
  const later = (one: Promise<unknown>): void => work.later(one)
  const many = 'oauth' in access
  const authorizer = many
    ? manyAuthorizer(
        workspaces,
        new Renewals({
          workspaces,
          oauth: access.oauth,
          options: clientOptions,
          clock,
          log,
          alone: (id, one) => database.exclusive(`token ${id}`, one),
        }),
        clock,
        later,
      )
    : singleAuthorizer(access.botToken)
  const clientsOf = slackClients(clientOptions)
  const slack: Desk['slack'] = async (team) => clientsOf(await authorizer.token(team))
  const movoices = new Movoices(
    options.movoice,
    async (team) => (many ? workspaces.movoiceKey(team) : undefined),
    clock,
  )
  const movoice: Desk['movoice'] = (team) => movoices.of(team)
  const agents = new AgentDirectory(movoice, clock)
  const desk: Desk = {
    clock,
    log,
    names,
    seen: new SeenStore(database),
    drafts: new DraftStore(database, vault),
    calls,
    events: new EventStore(database, vault),
    batches: new BatchStore(database, vault),
    edits: new EditStore(database),
    workspaces,
    people: new People(async (team) => (await slack(team)).client, clock),
    agents,
    newId: () => randomBytes(12).toString('base64url'),
    movoice,
    forgetAccount: (team) => {
      movoices.forget(team)
      agents.forget(team)
    },
    sharesAccount: async (team) => many && (await workspaces.movoiceKey(team)) === undefined,
    slack,
  }
  const cards = new Cards(desk)
  const results = new Results(desk, cards)
  const placer = new Placer(desk, cards, results)
  const batchCards = new BatchCards(desk)
  const following = new BatchFollowing(desk, results, batchCards, later)
  const batchWork = new Batches(desk, batchCards, following, later)
  const turns = new Turns(() => performance.now())
  const office: Office = {
    ...desk,
    placer,
    cards,
    results,
    batchWork,
    ownKeys: many,
    batchSize: options.movoice.plan?.batchSize ?? 5000,
    later,
    turn: () => turns.next(),
    tracked: (one) => work.tracked(one),
  }

  const link = options.hooks === undefined ? undefined : new HooksLink(options.hooks, log)
  const forget = (id: string): void => authorizer.forget(id)
  const routes: CustomRoute[] = [
    ...(link === undefined ? [] : [link.route]),
    ...(many
      ? installRoutes(
          access.oauth,
          installationStore(workspaces, clock, forget),
          clientOptions,
          options.rights,
        )
      : []),
  ]
  const allRoutes = [...routes, ...healthRoutes(database)]
  const receiver = receiverFor(door, allRoutes, logger, clientOptions)
  const app = new App({
    receiver,
    ...('appToken' in door && { socketMode: true }),
    logger,
    logLevel: LogLevel.WARN,
    clientOptions,
    convoStore: false,
    authorize: ({ teamId, enterpriseId }, body) =>
      authorizer.authorize({ teamId: workspaceOf(body, teamId), enterpriseId }),
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
  lifecycle(app, office, database, (id) => authorizer.forget(id))

  const host = options.host ?? '127.0.0.1'
  const opened = await openDoor(app, receiver, {
    host,
    port: options.port ?? 4030,
    // Over a socket, a server is needed only for what others ask of it.
    routes: routes.length > 0 ? allRoutes : [],
  }).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  later(placer.recover(database.kind === 'sqlite'))
  later(batchWork.recover(database.kind === 'sqlite'))
  const sweeping = new Sweeping(
    { clock, log, database, results, batches: batchWork, following, placer },
    options.sweepMs ?? 30_000,
  )
  if (link !== undefined && opened.url !== undefined)
    later(
      keepConnecting(link, options.publicUrl ?? opened.url, (event) => results.take(event), {
        clock,
        log,
        signal: sweeping.signal,
      }),
    )
  return {
    url: opened.url,
    take: (event) => results.take(event),
    sweep: () => sweeping.sweep(),
    idle: () => work.idle(),
    close: async () => {
      const swept = sweeping.stop()
      await opened.close()
      await swept
      await work.idle()
      await database.close()
    },
  }
}
