import type { FastifyInstance } from 'fastify'
import { tryEndpoint } from '../delivery/trial.ts'
import { HttpProblem } from '../http/problems.ts'
import { findDelivery } from '../store/deliveries.ts'
import { findSubscription } from '../subscriptions/store.ts'
import { backTo, countOf } from './notice.ts'
import { entered, type RoomParts } from './parts.ts'
import { isForeign, same } from './session.ts'
import { fieldOf } from './sign-in-routes.ts'

interface ById {
  readonly Params: { readonly id: string }
}

const NO_HOOK = 'There is no such subscription any more.'

/** What the buttons of the dashboard do: each a form of ours, and nobody else's. */
export function formRoutes(app: FastifyInstance, parts: RoomParts): void {
  const { database, log, replays, subscriptions, trial } = parts
  const { db } = database

  /** A change that somebody asks for. Resolves to what the page it leads back to tells. */
  const change = (path: string, make: (id: string) => Promise<string>) =>
    app.post<ById>(path, async (request, reply) => {
      const session = await entered(parts, request, 'manage')
      if (session === undefined) return reply.redirect('/', 303)
      const csrf = fieldOf(request.body, 'csrf')
      if (isForeign(request) || csrf === undefined || !same(csrf, session.csrf)) {
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
    const { delivered, status } = await tryEndpoint(hook, trial)
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
