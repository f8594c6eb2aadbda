import type { FastifyInstance } from 'fastify'
import { Refusal } from '../refusal.ts'
import type { Timeline } from '../time/timeline.ts'
import type { Courier } from '../webhooks/courier.ts'
import { readTarget } from '../webhooks/target.ts'
import { ringOf, type World } from '../world.ts'
import type { RequestLog } from './request-log.ts'

export interface ControlContext {
  readonly timeline: Timeline
  readonly courier: Courier
  readonly world: () => World
  readonly log: RequestLog
  readonly reset: () => void
  readonly allowRemote: boolean
}

const MOST_SECONDS = 366 * 24 * 3600

/** What a test, or a person, does to the sandbox itself; all below `/_sandbox`, and no part of Movoice's API. */
export function controlRoutes(app: FastifyInstance, context: ControlContext): void {
  const { timeline, courier, world, log } = context
  app.addHook('onRequest', async () => timeline.catchUp())

  app.post('/_sandbox/reset', () => {
    context.reset()
    return { ok: true }
  })
  app.post('/_sandbox/advance', async (request) => {
    const { seconds } = fields(request.body)
    if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MOST_SECONDS))
      throw new Refusal(400, `seconds must be a number from 0 to ${MOST_SECONDS}.`, { param: 'seconds' })
    await timeline.advance(Math.round(seconds * 1000))
    return { now: new Date(timeline.now()).toISOString() }
  })
  app.get('/_sandbox/calls', () => ({ calls: world().rings.map(ringOf) }))
  app.get('/_sandbox/requests', () => ({ requests: log.rows() }))
  app.get('/_sandbox/deliveries', () => ({ deliveries: courier.deliveries }))
  app.post('/_sandbox/webhook', (request) => {
    const body = fields(request.body)
    if (body.url === null) {
      courier.target = undefined
      return { url: null }
    }
    const read = readTarget(body, context.allowRemote)
    if ('problem' in read)
      throw new Refusal(400, `${read.problem.param} ${read.problem.message}.`, { param: read.problem.param })
    courier.target = read.target
    return { url: read.target.url, events: read.target.events ?? null }
  })
}

function fields(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw new Refusal(400, 'The body must be a JSON object.')
}
