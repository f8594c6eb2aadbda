import type { FastifyInstance } from 'fastify'
import type { FaultBox } from '../faults/fault-box.ts'
import type { Settings } from '../options.ts'
import { pageFile } from '../page-file.ts'
import { numberOf, scenarios } from '../scenarios.ts'
import type { Timeline } from '../time/timeline.ts'
import type { Courier } from '../webhooks/courier.ts'
import type { World } from '../world.ts'
import type { Changes } from './changes.ts'

export interface PageContext {
  readonly timeline: Timeline
  readonly courier: Courier
  readonly faults: FaultBox
  readonly world: () => World
  readonly changes: Changes
  readonly settings: Pick<Settings, 'plan' | 'window'> & { readonly seed: number }
}

const ROWS = 50
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const FILES = [
  ['/', 'page.html', 'text/html; charset=utf-8'],
  ['/page.css', 'page.css', 'text/css; charset=utf-8'],
  ['/page.js', 'page.js', 'text/javascript; charset=utf-8'],
  ['/favicon.svg', 'favicon.svg', 'image/svg+xml'],
] as const

/** The page for people at `/`, and what it reads: the state, and a stream that says when to read it again. */
export function pageRoutes(app: FastifyInstance, context: PageContext): void {
  const { changes, timeline } = context
  for (const [path, file, type] of FILES) {
    const content = pageFile(file)
    app.get(path, (_request, reply) => {
      reply
        .headers({
          'content-type': type,
          'content-security-policy': POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-cache',
        })
        .send(content)
    })
  }
  app.get('/_sandbox/state', () => {
    timeline.catchUp()
    return state(context)
  })
  app.get('/_sandbox/events', (request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    reply.raw.write('retry: 1000\ndata: changed\n\n')
    const stop = changes.watch(() => reply.raw.write('data: changed\n\n'))
    request.raw.once('close', stop)
  })
}

function state({ timeline, courier, faults, world, settings }: PageContext) {
  const { rows, total } = world().calls.list({ limit: ROWS })
  const { plan, seed, window } = settings
  return {
    now: timeline.now(),
    speed: timeline.speed,
    seed,
    plan: { ...plan, window },
    busy: world().busyLines,
    webhook:
      courier.target === undefined
        ? null
        : { url: courier.target.url, events: courier.target.events ?? null },
    agents: [...world().agents.values()].map(({ agent_id, name, status }) => ({ agent_id, name, status })),
    scenarios: scenarios.map((scenario) => ({ number: numberOf(scenario), says: scenario.says })),
    faults: faults.list().map(({ id, fault, left }) => ({ id, kind: fault.kind, on: fault.on, left })),
    total,
    calls: rows.map((call) => {
      const { call_id, status, recipient_phone, agent_id, duration, outcome, reason, created_at } =
        world().view(call)
      return { call_id, status, recipient_phone, agent_id, duration, outcome, reason, created_at }
    }),
  }
}
