import { afterAll, expect, test } from 'vitest'
import { silentLog } from '../../telemetry/log.ts'
import { Guard, type Scope } from '../auth.ts'
import { eventRoutes } from '../event-routes.ts'
import { movoiceRoutes } from '../movoice-routes.ts'
import { operationRoutes } from '../operation-routes.ts'
import { RateLimits } from '../rate-limits.ts'
import { makeServer } from '../server.ts'
import { subscriptionRoutes } from '../subscription-routes.ts'
import { openApiDocument } from './document.ts'

const app = makeServer(silentLog)
const limits = await RateLimits.on(app)
const routes = new Map<string, Scope | undefined>()
app.addHook('onRoute', ({ method, url, config }) => {
  for (const one of [method].flat()) {
    if (one !== 'HEAD') routes.set(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`, config?.scope)
  }
})
// Routes are registered without being called: what they work with is not needed.
const parts = { database: {}, guard: new Guard([], limits) } as never
app.register(async (scope) => movoiceRoutes(scope, parts))
app.register(async (scope) => {
  subscriptionRoutes(scope, parts)
  eventRoutes(scope, parts)
  operationRoutes(scope, parts)
})
await app.ready()
afterAll(() => app.close())

const { paths } = openApiDocument({ serverUrl: 'http://127.0.0.1:4020' })
const documented = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path}`,
    scope: operation['x-scope'],
  })),
)

test('the OpenAPI document has every route for programs, and no other', () => {
  expect(documented.map(({ route }) => route).sort()).toEqual([...routes.keys()].sort())
})

test.each(documented)('$route asks for the scope that is documented: $scope', async ({ route, scope }) => {
  expect(routes.get(route)).toBe(scope)
  if (scope === undefined) return
  const [method = '', path = ''] = route.split(' ')
  // A body that is never read: whoever has no token is turned away first.
  const answer = await app.inject({
    method: method as 'GET',
    url: path.replace(/\{\w+\}/, 'x'),
    headers: { 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: '{' }),
  })
  expect(answer.statusCode).toBe(401)
})
