import type { Clock } from '@movoice-kit/core/engine'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../accounts.ts'
import type { Replays } from '../delivery/replay.ts'
import { tryEndpoint } from '../delivery/trial.ts'
import type { Guard } from '../http/auth.ts'
import { HttpProblem } from '../http/problems.ts'
import { pageFile } from '../page-file.ts'
import type { Database } from '../store/database.ts'
import { findDelivery, listDeliveries } from '../store/deliveries.ts'
import { readDepths } from '../store/depths.ts'
import { listEvents } from '../store/events.ts'
import { readTallies } from '../store/tallies.ts'
import type { Subscriptions } from '../subscriptions/service.ts'
import { findSubscription, listSubscriptions, showSubscription } from '../subscriptions/store.ts'
import { readBookmark } from '../sweep/bookmark.ts'
import type { Log } from '../telemetry/log.ts'
import type { Tallies } from '../telemetry/tallies.ts'
import { GuessLimit } from './guess-limit.ts'
import { type Html, html } from './html.ts'
import { type Frame, page, plural } from './layout.ts'
import { beginOf, numbersOf, RANGES, type Range } from './numbers.ts'
import { deadLettersPage, overviewPage, signInPage, subscriptionsPage } from './pages.ts'
import { isForeign, type Session, Sessions, same } from './session.ts'
import { readBacklogs, readProgress, readStory } from './story.ts'
import { storyPage } from './story-page.ts'

export interface DashboardParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly guard: Guard
  readonly token: string
  readonly accounts: ReadonlyMap<string, Account>
  readonly subscriptions: Subscriptions
  readonly replays: Replays
  readonly trial: Parameters<typeof tryEndpoint>[1]
  readonly tallies: Tallies
  readonly publicUrl: string | undefined
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}
const FILES = [
  ['page.css', 'text/css; charset=utf-8'],
  ['page.js', 'text/javascript; charset=utf-8'],
  ['icon.svg', 'image/svg+xml'],
] as const
const FORM_BYTES = 4_096
const EVENTS = 30
const NO_HOOK = 'There is no such subscription any more.'
const LETTERS = 50
const NOTICES = ['queued', 'changed', 'answer']

type Query = Readonly<Record<string, unknown>>
interface ById {
  readonly Params: { readonly id: string }
}

/** The dashboard at `/`: pages made here, which work without scripts and keep themselves fresh with one. */
export function dashboardRoutes(app: FastifyInstance, parts: DashboardParts): void {
  const { database, clock, log, guard, replays, subscriptions, publicUrl } = parts
  const { db } = database
  const sessions = new Sessions(
    guard,
    parts.token,
    () => clock.now(),
    publicUrl?.startsWith('https:') === true,
  )
  const guesses = new GuessLimit()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  )
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(HEADERS)
  })
  app.setErrorHandler((error: FastifyError | HttpProblem, request, reply) => {
    const status = error instanceof HttpProblem ? error.status : (error.statusCode ?? 500)
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, 'a page failed')
    const told = status >= 500 ? 'Something went wrong here; it was logged.' : error.message
    return show(
      reply.code(status),
      { title: 'That did not work', session: sessions.of(request), path: '' },
      html`<p>${told}</p><p><a href="/">To the overview</a></p>`,
    )
  })
  for (const [file, type] of FILES) {
    const content = pageFile(file)
    app.get(`/dashboard/${file}`, (_request, reply) => reply.type(type).send(content))
  }

  /** A page for whoever is signed in; others are asked to sign in. */
  const view = <R extends object = object>(
    path: string,
    make: (request: FastifyRequest<R>, session: Session, reply: FastifyReply) => Promise<unknown>,
  ) =>
    app.get(path, async (request, reply) => {
      const session = sessions.of(request)
      if (session !== undefined) return make(request as FastifyRequest<R>, session, reply)
      if (path !== '/') return reply.redirect('/', 303)
      return show(reply, { title: 'Sign in', session, path }, signInPage(undefined))
    })

  /** A change that somebody asks for in a form of ours. Resolves to where to go on. */
  const change = (path: string, make: (id: string) => Promise<string>) =>
    app.post<ById>(path, async (request, reply) => {
      const session = sessions.of(request)
      if (session === undefined) return reply.redirect('/', 303)
      const { csrf } = request.body as { csrf?: unknown }
      if (isForeign(request) || typeof csrf !== 'string' || !same(csrf, session.csrf)) {
        throw new HttpProblem(
          403,
          'forbidden',
          'This form is not from here, or too old. Go back, reload and try again.',
        )
      }
      if (!session.mayManage) throw new HttpProblem(403, 'forbidden', 'Your token may only look.')
      const to = await make(request.params.id)
      log.info({ route: request.routeOptions.url, id: request.params.id }, 'changed in the dashboard')
      return reply.redirect(backTo(request, to), 303)
    })

  const frame = async (
    request: FastifyRequest,
    session: Session,
    title: string,
    path: string,
  ): Promise<Frame> => ({
    title,
    session,
    path,
    notice: noticeOf(request.query as Query),
    dead: (await readDepths(db, clock.now())).deliveries.failed,
  })

  app.post('/dashboard/sign-in', async (request, reply) => {
    if (isForeign(request)) throw new HttpProblem(403, 'forbidden', 'Sign in on this server’s own page.')
    const { token } = request.body as { token?: unknown }
    const now = clock.now()
    const wait = guesses.wait(request.ip, now)
    const cookie = wait > 0 || typeof token !== 'string' ? undefined : sessions.open(token.trim())
    if (cookie !== undefined) {
      log.info({}, 'somebody signed in to the dashboard')
      return reply.header('set-cookie', cookie).redirect('/', 303)
    }
    if (wait === 0) guesses.failed(request.ip, now)
    log.warn({ wait }, 'somebody was not let in to the dashboard')
    const problem =
      wait > 0
        ? `Too many wrong tokens. Try again in ${Math.ceil(wait / 1000)} s.`
        : 'That is not a token that may read here.'
    return show(
      reply.code(wait > 0 ? 429 : 401),
      { title: 'Sign in', session: undefined, path: '/' },
      signInPage(problem),
    )
  })
  app.post('/dashboard/sign-out', async (request, reply) => {
    const session = sessions.of(request)
    const { csrf } = request.body as { csrf?: unknown }
    if (
      session !== undefined &&
      (isForeign(request) || typeof csrf !== 'string' || !same(csrf, session.csrf))
    ) {
      throw new HttpProblem(403, 'forbidden', 'This form is not from here, or too old.')
    }
    return reply.header('set-cookie', sessions.end).redirect('/', 303)
  })

  view('/', async (request, session, reply) => {
    const query = request.query as Query
    const range: Range = Object.hasOwn(RANGES, String(query.range)) ? (query.range as Range) : '24h'
    const now = clock.now()
    await parts.tallies.flush()
    const rows = await listEvents(db, { limit: EVENTS + 1, before: countOf(query.before) })
    const events = rows.slice(0, EVENTS)
    const hooks = (await listSubscriptions(db)).map(showSubscription)
    return show(
      reply,
      await frame(request, session, 'Overview', '/'),
      overviewPage({
        depths: await readDepths(db, now),
        numbers: numbersOf(await readTallies(db, beginOf(range, now)), range, now),
        range,
        events,
        progress: await readProgress(
          db,
          events.map(({ seq }) => seq),
        ),
        troubled: hooks.filter(
          ({ status, health }) => status === 'disabled' || (status === 'active' && health === 'failing'),
        ),
        sweeps: await sweepsOf(parts),
        older: rows.length > EVENTS ? events.at(-1)?.seq : undefined,
      }),
    )
  })
  view('/dashboard/find', async (request, _session, reply) => {
    const { call } = request.query as Query
    return reply.redirect(
      `/dashboard/call?id=${encodeURIComponent(
        String(call ?? '')
          .trim()
          .slice(0, 200),
      )}`,
      303,
    )
  })
  view('/dashboard/call', async (request, session, reply) => {
    const id = String((request.query as Query).id ?? '').slice(0, 200)
    const story = await readStory(db, id)
    if (story.length === 0) throw new HttpProblem(404, 'not_found', `Nothing is known of a call "${id}".`)
    return show(reply, await frame(request, session, `Call ${id}`, ''), storyPage(session, story))
  })
  view('/dashboard/subscriptions', async (request, session, reply) => {
    const all = (request.query as Query).all === '1'
    const hooks = (await listSubscriptions(db, { ended: all })).map(showSubscription)
    const content = subscriptionsPage({ session, hooks, backlogs: await readBacklogs(db), all })
    return show(reply, await frame(request, session, 'Subscriptions', '/dashboard/subscriptions'), content)
  })
  view('/dashboard/dead-letters', async (request, session, reply) => {
    const from = countOf((request.query as Query).from) ?? 0
    const found = await listDeliveries(db, { status: 'failed', limit: LETTERS + 1, offset: from })
    const targets = new Map(
      (await listSubscriptions(db, { ended: true })).map(({ id, target_url }) => [id, target_url]),
    )
    const rows = found.slice(0, LETTERS).map((row) => ({
      ...row,
      target: targets.get(row.subscription_id) ?? row.subscription_id,
    }))
    const made = await frame(request, session, 'Dead letters', '/dashboard/dead-letters')
    const next = found.length > LETTERS ? from + LETTERS : undefined
    return show(reply, made, deadLettersPage({ session, rows, total: made.dead ?? 0, next }))
  })

  change('/dashboard/deliveries/:id/retry', async (id) => {
    const row = await findDelivery(db, id)
    if (row === undefined) throw new HttpProblem(404, 'not_found', 'There is no such delivery any more.')
    return `queued=${await replays.delivery(row)}`
  })
  change('/dashboard/events/:id/replay', async (id) => `queued=${await replays.event(countOf(id) ?? -1)}`)
  change('/dashboard/dead-letters/retry', async () => `queued=${await replays.range({ status: 'failed' })}`)
  change('/dashboard/subscriptions/:id/retry', async (id) => {
    return `queued=${await replays.range({ status: 'failed', hook_id: id })}`
  })
  change('/dashboard/subscriptions/:id/end', async (id) => {
    if (!(await subscriptions.end(id))) throw new HttpProblem(404, 'not_found', NO_HOOK)
    return 'changed=end'
  })
  change('/dashboard/subscriptions/:id/test', async (id) => {
    const hook = await findSubscription(db, id)
    if (hook === undefined || hook.status === 'ended') throw new HttpProblem(404, 'not_found', NO_HOOK)
    const { delivered, status } = await tryEndpoint(hook, parts.trial)
    return `changed=${delivered ? 'test' : 'untaken'}&answer=${status ?? 0}`
  })
  for (const [name, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    change(`/dashboard/subscriptions/:id/${name}`, async (id) => {
      if ((await subscriptions.update(id, { paused })) === undefined) {
        throw new HttpProblem(404, 'not_found', NO_HOOK)
      }
      return `changed=${name}`
    })
  }
}

function show(reply: FastifyReply, frame: Frame, content: Html): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page(frame, content))
}

async function sweepsOf({ accounts, database }: DashboardParts) {
  const asked = [...accounts.values()].filter(({ movoice }) => movoice !== undefined)
  const marks = await Promise.all(
    asked.map(async ({ name }) => ({ account: name, at: (await readBookmark(database.db, name))?.at })),
  )
  return marks.flatMap(({ account, at }) => (at === undefined ? [] : [{ account, at }]))
}

/** What a form did, told on the page it leads back to. Only our own sentences: never what stands in the address. */
function noticeOf({ queued, changed, answer }: Query): string | undefined {
  const count = countOf(queued)
  if (count === 0) return 'Nothing was sent again: it is under way already, or there is nobody to send it to.'
  if (count !== undefined) return `${plural(count, 'delivery', 'deliveries')} will be sent again now.`
  if (changed === 'pause') return 'Paused: what comes for it is kept until it is resumed.'
  if (changed === 'resume') return 'Resumed: what waited for it is on its way.'
  if (changed === 'end') return 'Ended: it is told nothing more.'
  if (changed === 'test') return `The test event was taken: its endpoint answered ${countOf(answer)}.`
  if (changed !== 'untaken') return undefined
  const code = countOf(answer) ?? 0
  return `The test event was not taken: ${code === 0 ? 'there was no answer' : `its endpoint answered ${code}`}.`
}

/** Back to the page the form stood on. */
function backTo(request: FastifyRequest, notice: string): string {
  try {
    const { host, pathname, searchParams } = new URL(request.headers.referer ?? '')
    if (host === request.headers.host && (pathname === '/' || pathname.startsWith('/dashboard/'))) {
      for (const name of NOTICES) searchParams.delete(name)
      const rest = searchParams.toString()
      return `${pathname}?${rest === '' ? '' : `${rest}&`}${notice}`
    }
  } catch {
    // No page is named, or none of ours.
  }
  return `/?${notice}`
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
