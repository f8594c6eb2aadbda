import type { Clock } from '@movoice-kit/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { dashboardFile } from '../dashboard-file.ts'
import type { Replays } from '../delivery/replay.ts'
import type { Guard } from '../http/auth.ts'
import type { Database } from '../store/database.ts'
import { findDelivery } from '../store/deliveries.ts'
import { findEvent } from '../store/events.ts'
import type { Subscriptions } from '../subscriptions/service.ts'
import type { Status } from '../telemetry/status.ts'
import type { Html } from './html.ts'
import { Pages } from './pages.ts'
import { Sessions } from './session.ts'

export interface DashboardOptions {
  readonly database: Database
  readonly clock: Clock
  readonly guard: Guard
  readonly token: string
  readonly subscriptions: Subscriptions
  readonly replays: Replays
  readonly status: () => Promise<Status>
  /** Whether people reach it over https. */
  readonly secure: boolean
}

/** Nothing but this server's own style and script, no frames, no forms that lead elsewhere. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

interface Query {
  readonly Querystring: Readonly<Record<string, string | undefined>>
}

/** `/`: the dashboard. Signed in to with the server's token. */
export function dashboardRoutes(app: FastifyInstance, options: DashboardOptions): void {
  const { database, clock, guard, subscriptions, replays, status } = options
  const sessions = new Sessions(options.token, options.secure)
  const pages = new Pages(database, clock, status)
  const style = dashboardFile('style.css')
  const script = dashboardFile('live.js')

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  const page = (reply: FastifyReply, body: Html, code = 200) =>
    reply.code(code).headers(HEADERS).type('text/html; charset=utf-8').send(`<!doctype html>${body.text}`)
  const signedIn = (request: FastifyRequest) => sessions.of(request, clock.now())

  app.get('/dashboard/style.css', (_request, reply) => reply.headers(HEADERS).type('text/css').send(style))
  app.get('/dashboard/live.js', (_request, reply) =>
    reply.headers(HEADERS).type('text/javascript').send(script),
  )

  app.get('/', async (request, reply) => {
    const session = signedIn(request)
    if (session === undefined) return page(reply, pages.login())
    return page(reply, await pages.overview(sessions.mark(session)))
  })
  for (const name of ['subscriptions', 'failed'] as const) {
    app.get<Query>(`/dashboard/${name}`, async (request, reply) => {
      const session = signedIn(request)
      if (session === undefined) return reply.redirect('/')
      return page(reply, await pages[name](sessions.mark(session), request.query.done))
    })
  }
  app.get<Query>('/dashboard/call', async (request, reply) => {
    const session = signedIn(request)
    if (session === undefined) return reply.redirect('/')
    return page(reply, await pages.call(sessions.mark(session), request.query.id ?? ''))
  })

  app.post<{ Body: Record<string, string> | undefined }>('/dashboard/login', async (request, reply) => {
    const found = guard.find(request.body?.token?.trim() ?? '')
    if (found === undefined || !found.scopes.has('manage')) return page(reply, pages.login(true), 401)
    return reply.header('set-cookie', sessions.begin(clock.now())).redirect('/', 303)
  })
  app.post('/dashboard/logout', (_request, reply) =>
    reply.header('set-cookie', sessions.end()).redirect('/', 303),
  )
  app.post<{ Body: Record<string, string> | undefined }>('/dashboard/do', async (request, reply) => {
    const session = signedIn(request)
    const { mark, act, id = '', back } = request.body ?? {}
    if (session === undefined || !sessions.isMark(session, mark)) return page(reply, pages.login(), 403)
    const done = await perform(act, id)
    const to = back !== undefined && /^\/dashboard\/[a-z]+(\?id=[\w%.:-]*)?$/.test(back) ? back : '/'
    return reply.redirect(`${to}${to.includes('?') ? '&' : '?'}done=${encodeURIComponent(done)}`, 303)
  })

  async function perform(act: string | undefined, id: string): Promise<string> {
    switch (act) {
      case 'retry': {
        const row = await findDelivery(database.db, id)
        return row === undefined ? 'nothing' : `${await replays.delivery(row)} queued`
      }
      case 'retry-all':
        return `${await replays.range({ status: 'failed', ...(id !== '' && { hook_id: id }) })} queued`
      case 'replay': {
        const row = await findEvent(database.db, id)
        return row === undefined ? 'nothing' : `${await replays.event(row.seq)} queued`
      }
      case 'pause':
        await subscriptions.update(id, { paused: true })
        return 'paused'
      case 'resume':
        await subscriptions.update(id, { paused: false })
        return 'resumed'
      case 'end':
        await subscriptions.end(id)
        return 'ended'
      default:
        return 'nothing'
    }
  }
}
