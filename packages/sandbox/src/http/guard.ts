import type { FastifyInstance } from 'fastify'
import { Refusal } from '../refusal.ts'
import { isLoopback } from '../webhooks/loopback.ts'

/**
 * Keeps other web sites, open in the same browser, away from the control routes and the page: they would come
 * with an Origin of their own, or under a name that was made to lead here.
 */
export function guard(app: FastifyInstance, listensOn: string): void {
  const forThisMachine = isLoopback(listensOn)
  app.addHook('onRequest', (request, _reply, done) => {
    const { host, origin } = request.headers
    if (forThisMachine && !isLoopback(hostname(`http://${host}`)))
      return done(new Refusal(403, 'The sandbox listens for this machine only: use 127.0.0.1 or localhost.'))
    if (
      origin !== undefined && origin !== 'null'
        ? origin !== `http://${host}` && origin !== `https://${host}`
        : origin === 'null'
    )
      return done(new Refusal(403, 'Another web site may not control the sandbox.'))
    done()
  })
}

const hostname = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')
