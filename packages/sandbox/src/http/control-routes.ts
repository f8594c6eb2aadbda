import type { WebhookEventType } from '@movoice-kit/core/contract'
import type { FastifyInstance } from 'fastify'
import { readFault } from '../faults/fault.ts'
import type { FaultBox } from '../faults/fault-box.ts'
import { FASTEST } from '../options.ts'
import { Refusal } from '../refusal.ts'
import type { Timeline } from '../time/timeline.ts'
import type { Courier } from '../webhooks/courier.ts'
import { readTarget } from '../webhooks/target.ts'
import { ringOf, type World } from '../world.ts'
import type { RequestLog } from './request-log.ts'

export interface ControlContext {
  readonly timeline: Timeline
  readonly courier: Courier
  readonly faults: FaultBox
  readonly world: () => World
  readonly log: RequestLog
  readonly reset: () => void
  readonly changed: () => void
  readonly allowRemote: boolean
}

const MOST_SECONDS = 366 * 24 * 3600
const iso = (ms: number): string => new Date(ms).toISOString()

/** What a test, or a person, does to the sandbox itself; all below `/_sandbox`, and no part of Movoice's API. */
export function controlRoutes(app: FastifyInstance, context: ControlContext): void {
  const { timeline, courier, faults, world, log, changed } = context
  app.addHook('onRequest', (_request, _reply, done) => {
    timeline.catchUp()
    done()
  })

  app.post('/_sandbox/reset', () => {
    context.reset()
    changed()
    return { ok: true }
  })

  app.get('/_sandbox/clock', () => ({ now: iso(timeline.now()), speed: timeline.speed }))
  app.post('/_sandbox/clock', (request) => {
    const { speed } = fields(request.body)
    if (typeof speed !== 'number' || !(speed >= 0 && speed <= FASTEST))
      throw new Refusal(400, `speed must be a number from 0 to ${FASTEST}.`, { param: 'speed' })
    timeline.setSpeed(speed)
    changed()
    return { now: iso(timeline.now()), speed }
  })
  app.post('/_sandbox/advance', async (request) => {
    const { seconds } = fields(request.body)
    if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MOST_SECONDS))
      throw new Refusal(400, `seconds must be a number from 0 to ${MOST_SECONDS}.`, { param: 'seconds' })
    await timeline.advance(Math.round(seconds * 1000))
    changed()
    return { now: iso(timeline.now()) }
  })

  app.get('/_sandbox/calls', () => ({ calls: world().rings.map(ringOf) }))
  app.get<{ Params: { id: string } }>('/_sandbox/calls/:id', (request) => {
    const call = world().call(request.params.id)
    return {
      call: world().view(call),
      scenario: call.fate.scenario ?? null,
      deliveries: courier.deliveries.filter((delivery) => delivery.call_id === call.id),
    }
  })
  app.get('/_sandbox/requests', () => ({ requests: log.rows() }))

  app.get('/_sandbox/deliveries', () => ({ deliveries: courier.deliveries }))
  app.post<{ Params: { id: string } }>('/_sandbox/deliveries/:id/redeliver', async (request) => {
    if (courier.target === undefined) throw new Refusal(422, 'No webhook URL is set.', { param: 'url' })
    const delivery = courier.redeliver(request.params.id)
    if (delivery === undefined) throw new Refusal(404, 'There is no such delivery.', { param: 'id' })
    await timeline.settled()
    return delivery
  })

  app.get('/_sandbox/webhook', () => shown(courier))
  app.post('/_sandbox/webhook', (request) => {
    const body = fields(request.body)
    if (body.url === null) courier.target = undefined
    else {
      const read = readTarget(body, context.allowRemote)
      if ('problem' in read)
        throw new Refusal(400, `${read.problem.param} ${read.problem.message}.`, {
          param: read.problem.param,
        })
      courier.target = read.target
    }
    changed()
    return shown(courier)
  })

  app.get('/_sandbox/faults', () => ({
    faults: faults.list().map(({ id, fault, left }) => ({ id, ...fault, left })),
  }))
  app.post('/_sandbox/faults', (request, reply) => {
    const { id, fault, left } = faults.add(readFault(fields(request.body)))
    changed()
    reply.code(201)
    return { id, ...fault, left }
  })
  app.delete('/_sandbox/faults', (_request, reply) => {
    faults.clear()
    changed()
    reply.code(204).send()
  })
}

function shown({ target }: Courier): {
  readonly url: string | null
  readonly events: readonly WebhookEventType[] | null
} {
  return { url: target?.url ?? null, events: target?.events ?? null }
}

function fields(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw new Refusal(400, 'The body must be a JSON object.')
}
