import type { FastifyInstance } from 'fastify'
import { HttpProblem } from '../http/problems.ts'
import { signInPage } from './pages.ts'
import { type RoomParts, show } from './parts.ts'
import { isForeign, same } from './session.ts'

/** Where people come in and go out. */
export function signInRoutes(app: FastifyInstance, { sessions, limits, log }: RoomParts): void {
  app.post('/dashboard/sign-in', async (request, reply) => {
    if (isForeign(request)) throw new HttpProblem(403, 'forbidden', 'Sign in on this server’s own page.')
    const token = fieldOf(request.body, 'token')
    // Whoever has guessed too often learns nothing more, not even from a right guess.
    const waitS = await limits.wait('wrongTokens', request)
    const cookie = waitS > 0 || token === undefined ? undefined : sessions.open(token.trim())
    if (cookie !== undefined) {
      log.info({}, 'somebody signed in to the dashboard')
      return reply.header('set-cookie', cookie).redirect('/', 303)
    }
    if (waitS === 0) await limits.add('wrongTokens', request)
    log.warn({ waitS }, 'somebody was not let in to the dashboard')
    const problem =
      waitS > 0
        ? `Too many wrong tokens. Try again in ${waitS} s.`
        : 'That is not a token that may read here.'
    if (waitS > 0) reply.header('retry-after', String(waitS))
    return show(
      reply.code(waitS > 0 ? 429 : 401),
      { title: 'Sign in', session: undefined, path: '/' },
      signInPage(problem),
    )
  })
  app.post('/dashboard/sign-out', async (request, reply) => {
    const session = await sessions.of(request)
    if (session !== undefined) {
      const csrf = fieldOf(request.body, 'csrf')
      if (isForeign(request) || csrf === undefined || !same(csrf, session.csrf)) {
        throw new HttpProblem(403, 'forbidden', 'This form is not from here, or too old.')
      }
      await sessions.end(session)
      log.info({}, 'somebody signed out of the dashboard')
    }
    return reply.header('set-cookie', sessions.noCookie).redirect('/', 303)
  })
}

/** A field of a form, whatever the body really is. */
export function fieldOf(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  const value = (body as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : undefined
}
