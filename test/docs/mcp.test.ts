import { createMcp } from '@movoice-kit/mcp'
import { expect, test } from 'vitest'
import { runCli } from '../../packages/cli/src/testing/run-cli.ts'
import { extraTools, toolOf } from '../../packages/mcp/src/tools/catalog.ts'
import { read } from './pages.ts'

const page = read('docs/mcp.md')

test('docs/mcp.md names every flag and every variable of the command', async () => {
  const { out } = await runCli(['mcp', '--help'])
  const flags = [...out.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag ?? '')
  const variables = [...out.matchAll(/\bMOVOICE_[A-Z_]+\b/g)].map(([name]) => name)
  expect(flags.length).toBeGreaterThan(7)
  expect(variables.length).toBeGreaterThan(4)
  expect([...flags, ...variables].filter((name) => name !== '--help' && !page.includes(name))).toEqual([])
})

test('docs/mcp.md names every tool', () => {
  const names = [...Object.values(toolOf), ...Object.values(extraTools)].map(({ name }) => name)
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('docs/mcp.md says on what the server is reached if nothing else is said', async () => {
  const server = await createMcp({ movoice: { apiKey: 'sk_sandbox_docs' }, port: 0 })
  await server.close()
  const [, path = ''] = /^http:\/\/127\.0\.0\.1:\d+(\/.*)$/.exec(server.url) ?? []
  expect(page).toContain(`mcp ready on http://127.0.0.1:4040${path}`)
})
