import { expect, test } from 'vitest'
import { silentLog } from '../telemetry/log.ts'
import { eventRoutes } from './event-routes.ts'
import { movoiceRoutes } from './movoice-routes.ts'
import { openApiDocument } from './openapi.ts'
import { operationRoutes } from './operation-routes.ts'
import { makeServer } from './server.ts'
import { subscriptionRoutes } from './subscription-routes.ts'

test('the OpenAPI document has every route for programs, and no other', async () => {
  const app = makeServer(silentLog)
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD') routes.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`)
    }
  })
  // Routes are registered without being called: what they work with is not needed.
  const parts = { database: {} } as never
  app.register(async (scope) => movoiceRoutes(scope, parts))
  app.register(async (scope) => {
    subscriptionRoutes(scope, parts)
    eventRoutes(scope, parts)
    operationRoutes(scope, parts)
  })
  await app.ready()
  const { paths } = openApiDocument({ serverUrl: 'http://127.0.0.1:4020' })
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(documented.sort()).toEqual(routes.sort())
})
