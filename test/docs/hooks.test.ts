import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHooks } from '@movoice-kit/hooks'
import { expect, test } from 'vitest'
import { pages, root, read as textOf } from './pages.ts'

const page = textOf('docs/hooks.md')

test('docs/hooks.md names every metric of the hooks server, and none that it has not', async () => {
  const hooks = await createHooks({ webhookSecret: 'movoice-secret' })
  try {
    const headers = { authorization: `Bearer ${hooks.token}` }
    const text = await (await fetch(`${hooks.url}/metrics`, { headers })).text()
    const served = [...text.matchAll(/^# TYPE (movoice_hooks_\w+)/gm)].map(([, name]) => name)
    const named = [...page.matchAll(/\bmovoice_hooks_[a-z_]+/g)].map(([name]) => name)
    expect(served.length).toBeGreaterThan(10)
    expect([...new Set(named)].sort()).toEqual([...new Set(served)].sort())
    // Other pages need not name them all, but name none that is not there.
    for (const other of pages) {
      const there = (textOf(other).match(/\bmovoice_hooks_[a-z_]+/g) ?? []).map((name) =>
        name.replace(/_(bucket|sum|count)$/, ''),
      )
      expect(
        there.filter((name) => !served.includes(name)),
        other,
      ).toEqual([])
    }
  } finally {
    await hooks.close()
  }
})

test('docs/hooks.md names every setting that the command reads', () => {
  const source = readFileSync(join(root, 'packages/hooks/src/command/hooks-command.ts'), 'utf8')
  const read = [...source.matchAll(/\benv\.([A-Z][A-Z_]+)/g)].map(([, name]) => name ?? '')
  const flags = [...source.matchAll(/'(--[a-z-]+) </g)].map(([, name]) => name ?? '')
  expect(read.length).toBeGreaterThan(4)
  expect([...read, ...flags].filter((name) => !page.includes(name))).toEqual([])
})
