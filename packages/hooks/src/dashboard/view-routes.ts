import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listDeliveries } from '../store/deliveries.ts'
import { readDepths } from '../store/depths.ts'
import { listEvents } from '../store/events.ts'
import { readTallies } from '../store/tallies.ts'
import { listSubscriptions, showSubscription } from '../subscriptions/store.ts'
import { readBookmark } from '../sweep/bookmark.ts'
import { apiCostOf } from '../telemetry/api-cost.ts'
import type { Frame } from './layout.ts'
import { countOf, noticeOf, type Query } from './notice.ts'
import { beginOf, numbersOf, RANGES, type Range } from './numbers.ts'
import { deadLettersPage, overviewPage, signInPage, subscriptionsPage } from './pages.ts'
import { entered, type RoomParts, show } from './parts.ts'
import type { Session } from './session.ts'
import { readBacklogs, readProgress, readStory } from './story.ts'
import { storyPage, unknownCallPage } from './story-page.ts'

const EVENTS = 30
const LETTERS = 50

/** The pages, for whoever is signed in. */
export function viewRoutes(app: FastifyInstance, parts: RoomParts): void {
  const { database, clock } = parts
  const { db } = database

  /** A page for whoever is signed in; others are asked to sign in. */
  const view = <R extends object = object>(
    path: string,
    make: (request: FastifyRequest<R>, session: Session, reply: FastifyReply) => Promise<unknown>,
  ) =>
    app.get(path, async (request, reply) => {
      const session = await entered(parts, request, 'read')
      if (session !== undefined) return make(request as FastifyRequest<R>, session, reply)
      if (path !== '/') return reply.redirect('/', 303)
      return show(reply, { title: 'Sign in', session, path }, signInPage(undefined))
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

  view('/', async (request, session, reply) => {
    const query = request.query as Query
    const range: Range = Object.hasOwn(RANGES, String(query.range)) ? (query.range as Range) : '24h'
    const now = clock.now()
    await parts.tallies.flush()
    const rows = await listEvents(db, { limit: EVENTS + 1, before: countOf(query.before) })
    const events = rows.slice(0, EVENTS)
    const hooks = (await listSubscriptions(db)).map(showSubscription)
    const tallies = await readTallies(db, beginOf(range, now))
    return show(
      reply,
      await frame(request, session, 'Overview', '/'),
      overviewPage({
        depths: await readDepths(db, now),
        numbers: numbersOf(tallies, range, now),
        cost: apiCostOf(tallies.filter(({ at }) => at >= now - RANGES[range].ms)),
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
    const id = String((request.query as Query).call ?? '')
    // Half a character at the cut is none that a browser could be sent to.
    const query = new URLSearchParams({ id: id.trim().slice(0, 200) })
    return reply.redirect(`/dashboard/call?${query}`, 303)
  })
  view('/dashboard/call', async (request, session, reply) => {
    const id = String((request.query as Query).id ?? '').slice(0, 200)
    const story = await readStory(db, id)
    if (story.length === 0) {
      return show(reply.code(404), await frame(request, session, 'No such call', ''), unknownCallPage(id))
    }
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
    const hooks = new Map((await listSubscriptions(db, { ended: true })).map((hook) => [hook.id, hook]))
    const live = (id: string) => (hooks.get(id)?.status ?? 'ended') !== 'ended'
    const rows = found.slice(0, LETTERS).map((row) => ({
      ...row,
      target: hooks.get(row.subscription_id)?.target_url ?? row.subscription_id,
      ended: !live(row.subscription_id),
    }))
    const sendable = [...(await readBacklogs(db))]
      .filter(([id]) => live(id))
      .reduce((sum, [, { failed = 0 }]) => sum + failed, 0)
    const made = await frame(request, session, 'Dead letters', '/dashboard/dead-letters')
    const next = found.length > LETTERS ? from + LETTERS : undefined
    return show(reply, made, deadLettersPage({ session, rows, sendable, next }))
  })
}

async function sweepsOf({ accounts, database }: RoomParts) {
  const asked = [...accounts.values()].filter(({ asks }) => asks)
  const marks = await Promise.all(
    asked.map(async ({ name }) => ({ account: name, at: (await readBookmark(database.db, name))?.at })),
  )
  return marks.flatMap(({ account, at }) => (at === undefined ? [] : [{ account, at }]))
}
