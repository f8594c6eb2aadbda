import type { FastifyError, FastifyInstance } from 'fastify'
import { HttpProblem } from '../http/problems.ts'
import { pageFile } from '../page-file.ts'
import { formRoutes } from './form-routes.ts'
import { html } from './html.ts'
import { type DashboardParts, show } from './parts.ts'
import { Sessions } from './session.ts'
import { signInRoutes } from './sign-in-routes.ts'
import { viewRoutes } from './view-routes.ts'

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

/** The dashboard at `/`: pages made here, which work without scripts and keep themselves fresh with one. */
export function dashboardRoutes(app: FastifyInstance, parts: DashboardParts): void {
  const { log, publicUrl } = parts
  const sessions = new Sessions(parts, publicUrl?.startsWith('https:') === true)
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  )
  app.addHook('onSend', async (_request, reply) => {
    reply.headers(HEADERS)
  })
  app.setErrorHandler(async (error: FastifyError | HttpProblem, request, reply) => {
    const problem = error instanceof HttpProblem ? error : undefined
    const status = problem?.status ?? (error as FastifyError).statusCode ?? 500
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, 'a page failed')
    const told = status >= 500 ? 'Something went wrong here; it was logged.' : error.message
    // Without its database the server knows nobody; the page that says so is for anybody.
    const session = await sessions.of(request).catch(() => undefined)
    return show(
      reply.code(status).headers(problem?.headers ?? {}),
      { title: 'That did not work', session, path: '' },
      html`<p>${told}</p><p><a href="/">To the overview</a></p>`,
    )
  })
  for (const [file, type] of FILES) {
    const content = pageFile(file)
    app.get(`/dashboard/${file}`, (_request, reply) => reply.type(type).send(content))
  }
  const room = { ...parts, sessions }
  signInRoutes(app, room)
  viewRoutes(app, room)
  formRoutes(app, room)
}
