import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packages } from '../../scripts/packages.ts'
import { n8n, nodeReleases, oldestNode, supportPage, takes } from '../../scripts/release/support.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const published = packages(root)

interface Manifest {
  readonly engines?: { readonly node?: string }
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

test('docs/support.md says what scripts/release/support.ts says', async () => {
  await expect(supportPage()).toMatchFileSnapshot(join(root, 'docs/support.md'))
})

test.each(published.map(({ manifest, folder }) => [manifest.name, folder]))(
  '%s asks for the Node that the table says',
  (name, folder) => {
    expect(manifestOf(folder).engines?.node).toBe(oldestNode[name])
  },
)

test('the table has every published package, and no other', () => {
  expect(Object.keys(oldestNode).sort()).toEqual(published.map(({ manifest }) => manifest.name).sort())
})

test.each(published.map(({ manifest }) => manifest.name))(
  'the oldest Node of %s is among those tried',
  (name) => {
    const range = oldestNode[name] ?? ''
    const oldest = nodeReleases.find(({ version }) => takes(range, version))
    expect(oldest?.version.startsWith(range.replace('>=', ''))).toBe(true)
  },
)

describe('what is tried is what is fetched', () => {
  test('each Node release, at its version', () => {
    const { dependencies = {} } = JSON.parse(read('test/heavy/release/package.json')) as Manifest
    const fetched = Object.values(dependencies).flatMap((range) => /^npm:node@(.+)$/.exec(range)?.[1] ?? [])
    const { devDependencies = {} } = JSON.parse(read('package.json')) as Manifest
    expect([...fetched, devDependencies.node].sort()).toEqual(
      nodeReleases.map(({ version }) => version).sort(),
    )
  })

  test('the whole n8n', () => {
    const { dependencies = {} } = JSON.parse(read('test/heavy/n8n/package.json')) as Manifest
    expect(n8n.tried).toContain(dependencies.n8n)
    expect(n8n.tried[0]).toBe(n8n.oldest)
    for (const page of ['docs/n8n.md', 'packages/n8n/README.md']) {
      expect(read(page)).toContain(`n8n ${n8n.oldest} and newer`)
    }
  })
})

test.each([
  ['>=20', '20.0.0', true],
  ['>=22.19', '22.18.9', false],
  ['>=22.19', '22.19.0', true],
  ['>=22.19', '24.1.0', true],
  ['>=22.19', '20.20.2', false],
])('%s takes %s: %s', (range, version, is) => {
  expect(takes(range, version)).toBe(is)
})
