import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { numberOf, scenarios } from '@movoice-kit/sandbox'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const sandboxPage = readFileSync(join(root, 'docs/sandbox.md'), 'utf8')
const testingPage = readFileSync(join(root, 'docs/testing.md'), 'utf8')

test.each(['reminders.ts', 'reminders.test.ts'])('docs/testing.md shows %s as it is run', (file) => {
  expect(testingPage).toContain(
    `\`\`\`ts\n${readFileSync(join(import.meta.dirname, file), 'utf8').trim()}\n\`\`\``,
  )
})

test('docs/sandbox.md lists every scenario', () => {
  for (const scenario of scenarios)
    expect(sandboxPage).toContain(`| \`${numberOf(scenario)}\` | ${scenario.says} |`)
})

test('docs/sandbox.md lists every control route and every kind of fault', () => {
  const source = (path: string) => readFileSync(join(root, 'packages/sandbox/src', path), 'utf8')
  const routes = [...source('http/control-routes.ts').matchAll(/'(\/_sandbox\/[^']+)'/g)].map(([, path]) =>
    String(path).replace(':id', '{'),
  )
  expect(routes.length).toBeGreaterThan(8)
  for (const route of routes) expect(sandboxPage).toContain(route.split('{')[0])
  const kinds = [...source('faults/fault.ts').matchAll(/kind: z\.literal\('(\w+)'\)/g)].map(
    ([, kind]) => kind,
  )
  expect(kinds).toHaveLength(12)
  for (const kind of kinds) expect(sandboxPage).toContain(`| \`${kind}\` |`)
})
