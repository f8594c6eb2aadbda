import { ConfigurationError } from '@movoice-kit/core/command'
import { openApiDocument } from '@movoice-kit/core/openapi'
import Fastify, { type FastifyInstance } from 'fastify'
import { Journal } from '../data/journal.ts'
import { forgetful } from '../data/keeper.ts'
import type { Saved } from '../data/saved.ts'
import { FaultBox } from '../faults/fault-box.ts'
import { HeldBack } from '../faults/wrong-answers.ts'
import type { Settings } from '../options.ts'
import { Timeline } from '../time/timeline.ts'
import { Courier } from '../webhooks/courier.ts'
import { Poster } from '../webhooks/poster.ts'
import { World } from '../world.ts'
import { apiRoutes } from './api-routes.ts'
import { Changes } from './changes.ts'
import { controlRoutes } from './control-routes.ts'
import { answerUnreadable, BODY_LIMIT, errorAnswers, unreadable } from './errors.ts'
import { fileRoutes } from './files.ts'
import { guard } from './guard.ts'
import { pageRoutes } from './page-routes.ts'
import { logRequests, RequestLog } from './request-log.ts'

export interface SandboxServer {
  readonly app: FastifyInstance
  readonly timeline: Timeline
  readonly courier: Courier
  readonly faults: FaultBox
  world(): World
  reset(): void
  setOrigin(origin: string): void
  close(): Promise<void>
}

/** Everything of a sandbox but the port it listens on. */
export function buildServer(settings: Settings): SandboxServer {
  const { plan, window, speed, start, allowRemote } = settings
  const journal = settings.data === undefined ? undefined : new Journal(settings.data)
  const saved = journal?.saved
  const seed = seedOf(settings, journal)
  const timeline = new Timeline({ start: beginning(settings, saved), speed })
  const keeper = journal?.keeper ?? forgetful
  const faults = new FaultBox()
  const held = new HeldBack()
  const poster = new Poster(settings.webhookTimeoutMs)
  const changes = new Changes()
  const changed = changes.mark
  const courier = new Courier({ timeline, seed, poster, faults, keeper, changed })
  courier.target = settings.webhook ?? saved?.webhook ?? undefined
  const log = new RequestLog()
  let origin = ''
  const makeWorld = () =>
    new World({
      timeline,
      seed,
      plan,
      window,
      origin: () => origin,
      emit: (make) => courier.send(make),
      keeper,
      changed,
    })
  let current = makeWorld()
  const world = () => current
  if (saved !== undefined) {
    current.restore(saved)
    courier.restore(saved.deliveries)
  }
  journal?.start(seed, () => timeline.now())
  const reset = () => {
    timeline.reset(start)
    journal?.reset()
    keeper.webhook(courier.target)
    courier.reset()
    faults.clear()
    held.drop()
    log.clear()
    current = makeWorld()
  }

  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2000 },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    frameworkErrors: unreadable,
    clientErrorHandler: answerUnreadable,
  })
  // Only JSON is read, so that no form of another web site is mistaken for a request.
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('logged', null)
  errorAnswers(app)
  app.register(async (api) => {
    logRequests(api, log, timeline)
    apiRoutes(api, { timeline, world, faults, held, persist: () => journal?.flush() })
  })
  app.register(async (open) => {
    fileRoutes(open, { timeline, world })
    open.get('/openapi.json', () => openApiDocument({ serverUrl: `${origin}/v1` }))
  })
  app.register(async (control) => {
    guard(control, settings.host)
    controlRoutes(control, { timeline, courier, faults, world, log, reset, changed, allowRemote })
    pageRoutes(control, { timeline, courier, faults, world, changes, settings: { plan, window, seed } })
  })
  return {
    app,
    timeline,
    courier,
    faults,
    world,
    reset,
    setOrigin: (value) => {
      origin = value
    },
    close: async () => {
      timeline.close()
      changes.close()
      await poster.close()
      await app.close()
      journal?.close()
    },
  }
}

/** What was kept is only whole with the seed it was drawn from. */
function seedOf({ seed }: Settings, journal: Journal | undefined): number {
  const kept = journal?.saved?.seed
  if (kept === undefined) return seed ?? 1
  if (seed === undefined || seed === kept) return kept
  journal?.close()
  throw new ConfigurationError(
    '--seed',
    `is ${seed}, but the kept state is of seed ${kept}`,
    'Leave the seed out, or choose another folder with --data.',
  )
}

/** Time goes on from where it was kept, and never back. */
function beginning({ start, speed }: Settings, saved: Saved | undefined): number {
  if (saved === undefined) return start ?? Date.now()
  return speed === 0 ? saved.now : Math.max(saved.now, start ?? Date.now())
}
