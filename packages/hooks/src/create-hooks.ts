import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@movoice-kit/core/client'
import { explainListen } from '@movoice-kit/core/command'
import { DEFAULT_ACCOUNT } from './accounts/account.ts'
import { makeAccounts } from './accounts/make-accounts.ts'
import { Completion } from './completion/completion.ts'
import { dashboardRoutes } from './dashboard/routes.ts'
import { Dispatcher } from './delivery/dispatcher.ts'
import { Replays } from './delivery/replay.ts'
import { undiciSender } from './delivery/undici-sender.ts'
import type { HooksOptions } from './hooks-options.ts'
import { Guard, hashToken } from './http/auth.ts'
import { eventRoutes } from './http/event-routes.ts'
import { movoiceRoutes } from './http/movoice-routes.ts'
import { operationRoutes } from './http/operation-routes.ts'
import { RateLimits } from './http/rate-limits.ts'
import { Readiness } from './http/readiness.ts'
import { makeServer } from './http/server.ts'
import { subscriptionRoutes } from './http/subscription-routes.ts'
import { newToken } from './ids.ts'
import { Intake } from './ingest/intake.ts'
import { releaseLeases } from './store/deliveries.ts'
import { openDatabase } from './store/open.ts'
import { Subscriptions } from './subscriptions/service.ts'
import { Snapshot } from './subscriptions/snapshot.ts'
import { Sweep } from './sweep/sweep.ts'
import { silentLog } from './telemetry/log.ts'
import { logObserver } from './telemetry/log-observer.ts'
import { Metrics } from './telemetry/metrics.ts'
import { tellAll } from './telemetry/observer.ts'
import { Tallies } from './telemetry/tallies.ts'
import { Upkeep } from './upkeep/upkeep.ts'

/** A hooks server that runs. */
export interface Hooks {
  /** Where it listens, such as `http://127.0.0.1:4020`. */
  readonly url: string
  readonly token: string
  /** Ends gracefully: what is under way is finished first, within 10 s. */
  close(): Promise<void>
}

const STOP_MS = 8_000
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/**
 * Starts a hooks server: takes Movoice's webhooks, keeps them, and tells every subscription.
 *
 * @throws {@link CommandError} if the port, the data folder or the database cannot be used
 * @example
 * const hooks = await createHooks({ webhookSecret: 'secret', dataDir: 'data' })
 * console.log(hooks.url, hooks.token)
 * await hooks.close()
 */
export async function createHooks(options: HooksOptions = {}): Promise<Hooks> {
  const {
    host = '127.0.0.1',
    port = 0,
    token = newToken(),
    clock = systemClock,
    random = Math.random,
  } = options
  const realTime = clock === systemClock
  const log = options.log ?? silentLog
  const retentionMs = options.retentionMs ?? 30 * 24 * 3_600_000
  const lease = `${process.pid}-${randomBytes(6).toString('base64url')}`
  const temporary = options.dataDir === undefined && options.databaseUrl === undefined
  const dataDir = options.dataDir ?? (temporary ? mkdtempSync(join(tmpdir(), 'movoice-hooks-')) : undefined)
  const database = await openDatabase(
    options.databaseUrl !== undefined
      ? {
          databaseUrl: options.databaseUrl,
          onLost: (error) => log.warn({ err: error }, 'a connection to the database was lost'),
        }
      : { dataDir: dataDir ?? '', maxBytes: options.maxBytes, standStill: !realTime, temporary },
  )
  for (const risk of database.risks) {
    log.warn({ risk }, 'the database may lose what was answered when its power fails')
  }
  const policy = {
    allowLoopback: options.allowLoopback ?? (LOOPBACK.has(host) && options.publicUrl === undefined),
    allowPrivate: options.allowPrivate ?? false,
  }
  const tallies = new Tallies({ database, clock, log, retentionMs })
  const metrics = new Metrics({
    database,
    clock,
    accounts: [DEFAULT_ACCOUNT, ...Object.keys(options.accounts ?? {})],
    inFlight: () => dispatcher.inFlight,
    flush: () => tallies.flush(),
  })
  const tracing = options.tracing
  const observer = tellAll([metrics, tallies, logObserver(log), ...(tracing === undefined ? [] : [tracing])])
  const accounts = await makeAccounts(options, { clock, random, observer, share: () => upkeep.workers })
  const sender = options.sender ?? undiciSender(policy)
  const pollMs = database.dialect === 'postgres' ? 1_000 : 60_000
  const snapshot = new Snapshot()
  const dispatcher = new Dispatcher({
    database,
    snapshot,
    sender,
    clock,
    random,
    log,
    lease,
    timeoutMs: options.deliveryTimeoutMs ?? 20_000,
    maxInFlight: options.maxInFlight ?? 256,
    pollMs,
    share: () => upkeep.workers,
    commitEveryMs: realTime ? 4 : 0,
    moreHeaders: tracing?.headersOf,
    onAttempt: observer.attempt,
  })
  const intake = new Intake({
    database,
    clock,
    dispatcher,
    snapshot,
    lease,
    onWaiting: () => completion.wake(),
  })
  const completion = new Completion({
    database,
    clock,
    accounts,
    intake,
    lease,
    log,
    pollMs,
    onEnrich: observer.enrich,
  })
  const completionMs = options.completionMs ?? 60_000
  const sweep = new Sweep({
    database,
    clock,
    accounts,
    intake,
    log,
    completionMs,
    intervalMs: options.sweepIntervalMs,
    onSweep: observer.sweep,
  })
  const upkeep: Upkeep = new Upkeep({
    database,
    clock,
    log,
    lease,
    inHand: () => new Set<string | number>([...dispatcher.inHand, ...completion.inHand]),
    retentionMs,
    maxBytes: options.maxBytes,
    onWork: () => {
      dispatcher.wake()
      completion.wake()
    },
  })
  const app = makeServer(log, options)
  const limits = await RateLimits.on(app, options.rateLimits, (limit) => observer.limited({ limit }))
  const guard = new Guard(
    [
      { name: 'HOOKS_TOKEN', hash: hashToken(token), scopes: new Set(['ingest', 'manage', 'read']) },
      ...(options.tokens ?? []).map(({ name, sha256, scopes }) => ({
        name,
        hash: Buffer.from(sha256, 'hex'),
        scopes: new Set(scopes),
      })),
    ],
    limits,
  )
  app.register(async (scope) => {
    const parts = { accounts, guard, limits, intake, clock, log, completionMs }
    movoiceRoutes(scope, { ...parts, onWebhook: observer.webhook })
  })
  const subscriptions = new Subscriptions(database, clock, policy, () => {
    dispatcher.wake()
    database.bell.ring()
  })
  const replays = new Replays(database, clock, dispatcher)
  const trial = { sender, clock, timeoutMs: options.deliveryTimeoutMs ?? 20_000 }
  app.register(async (scope) => {
    subscriptionRoutes(scope, { database, subscriptions, guard, trial })
    eventRoutes(scope, { database, guard, replays })
  })
  app.register(async (scope) => {
    const { publicUrl } = options
    const parts = { database, clock, log, guard, limits, token, accounts }
    dashboardRoutes(scope, { ...parts, subscriptions, replays, trial, tallies, publicUrl })
  })
  let stopping = false
  const readiness = new Readiness({ database, clock, stopping: () => stopping })
  app.register(async (scope) => {
    operationRoutes(scope, { guard, readiness, metrics, publicUrl: options.publicUrl })
  })
  const end = async () => {
    for (const account of accounts.values()) account.stop()
    await Promise.all([sweep.stop(), upkeep.stop()])
    await completion.stop()
    await dispatcher.stop(STOP_MS)
    await intake.idle()
    await releaseLeases(database.db, lease).catch((error: unknown) => {
      log.warn({ err: error }, 'what was in hand could not be put back; it is found at the next start')
    })
    await upkeep.signOff()
    await tallies.stop()
    await tracing?.close()
    await sender.close()
    await database.close()
    if (temporary && dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    // The folder is ours alone, so whatever is in somebody's hand was left there by one that is gone.
    if (database.dialect === 'sqlite') await releaseLeases(database.db)
    await upkeep.signOn()
    await app.listen({ host, port })
  } catch (error) {
    await end()
    throw explainListen(error, host, port)
  }
  for (const account of accounts.values()) {
    if (!account.asks || account.webhookSecrets.length > 0) continue
    log.info({ account: account.name }, 'there is no webhook secret: calls are found by sweeps alone')
  }
  database.bell.listen(() => dispatcher.wake())
  dispatcher.start()
  completion.start()
  sweep.start()
  upkeep.start()
  const address = app.server.address()
  const actual = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    token,
    close: async () => {
      if (stopping) return
      stopping = true
      await app.close()
      await end()
    },
  }
}
