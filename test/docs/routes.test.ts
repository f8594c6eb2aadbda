import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApiDocument } from '@movoice-kit/core/openapi'
import { createHooks } from '@movoice-kit/hooks'
import { afterAll, expect, test } from 'vitest'
import { pages, read, root } from './pages.ts'

const hooks = await createHooks({ webhookSecret: 'secret' })
afterAll(() => hooks.close())

type Paths = Record<string, Record<string, unknown>>
const authorization = `Bearer ${hooks.token}`
const ofHooks = (await (await fetch(`${hooks.url}/openapi.json`, { headers: { authorization } })).json()) as {
  readonly paths: Paths
}

/** `DELETE /hooks/*`: a method, and a path in which whatever is filled in is a star. */
const shape = (method: string, path: string) =>
  `${method.toUpperCase()} ${path
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '')
    .replace(/(?<=\/)(\{[^}]*\}|:\w+|<[^>]*>|\w+_…|\$\w+|\*)(?=\/|$)/g, '*')}`

const documented = [ofHooks.paths, openApiDocument().paths as Paths].flatMap((paths) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => shape(method, path)),
  ),
)
/** Routes that are in no such document: pages, what the sandbox is controlled by, and Slack's. */
const inCode = globSync('packages/{hooks,sandbox,slack,mcp}/src/**/*.ts', { cwd: root })
  .filter((path) => !path.endsWith('.test.ts'))
  .flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/['"`](\/[\w/:.{}*-]*)['"`]/g)])
  .map(([, path = '']) => shape('', path).trim())

const known = new Set(documented)
const knownPaths = new Set([...inCode, ...documented.map((one) => one.split(' ')[1] ?? '')])

test('there are routes', () => {
  expect(known.size).toBeGreaterThan(25)
  expect(known).toContain('DELETE /hooks/*')
})

test.each(pages)('every route that %s names is one', (page) => {
  const named = [...read(page).matchAll(/\b(GET|POST|PATCH|PUT|DELETE) (\/[^\s`"',;)]*[^\s`"',;).])/g)]
  const wrong = named
    .map(([, method = '', path = '']) => shape(method, path))
    .filter((one) => !known.has(one) && !knownPaths.has(one.split(' ')[1] ?? ''))
  expect([...new Set(wrong)]).toEqual([])
})
