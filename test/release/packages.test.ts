import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERSION } from '@movoice-kit/core/contract'
import { describe, expect, test } from 'vitest'
import { packages } from '../../scripts/packages.ts'
import { plan } from '../../scripts/release/plan.ts'

const root = join(import.meta.dirname, '../..')
const REPOSITORY = 'https://github.com/movoice-kit/movoice-kit'
const published = packages(root).map(({ folder }) => ({
  folder,
  manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
}))

describe.each(published.map(({ manifest, folder }) => [manifest.name, manifest, folder]))(
  '%s',
  (name, manifest, folder) => {
    test('says where it comes from and whom to ask', () => {
      const directory = folder.slice(root.length + 1)
      expect(manifest.repository).toEqual({ type: 'git', url: `git+${REPOSITORY}.git`, directory })
      expect(manifest.homepage.startsWith(`${REPOSITORY}/blob/main/docs/`)).toBe(true)
      expect(manifest.bugs).toBe(`${REPOSITORY}/issues`)
      expect(manifest.license).toBe('MIT')
      expect(manifest.author.email).toBeDefined()
      expect(manifest.keywords).toContain('movoice')
      expect(manifest.description.length).toBeGreaterThan(20)
      expect(manifest.sideEffects).toBe(false)
    })

    test('is published for everyone, with provenance', () => {
      expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
      expect(manifest.version).toBe(VERSION)
    })

    test('has a readme with what it is, how to begin and where to read on', () => {
      const readme = readFileSync(join(folder, 'README.md'), 'utf8')
      expect(readme.startsWith(`# ${name}\n`)).toBe(true)
      expect(readme).toContain(`${REPOSITORY}/blob/main/docs/`)
      // On npm, a path into the repository leads nowhere.
      expect([...readme.matchAll(/\]\((?!https:)([^)]*)\)/g)].map(([, link]) => link)).toEqual([])
    })
  },
)

test('the version stands once in the sources', () => {
  const files = globSync('packages/*/{src,nodes,credentials}/**/*.ts', { cwd: root })
  const saying = files.filter((file) => readFileSync(join(root, file), 'utf8').includes(`'${VERSION}'`))
  expect(saying).toEqual(['packages/core/src/contract/version.ts'])
})

describe('the changesets', () => {
  const config = JSON.parse(readFileSync(join(root, '.changeset/config.json'), 'utf8'))
  const names = published.map(({ manifest }) => manifest.name).sort()

  test('release every package under one number', () => {
    expect(config.fixed).toEqual([names])
    expect(config.privatePackages).toEqual({ version: false, tag: false })
  })

  test('make a plan, with one next version', () => {
    const due = plan().releases.filter(
      ({ name, newVersion }) => names.includes(name) && newVersion !== VERSION,
    )
    expect(new Set(due.map(({ newVersion }) => newVersion)).size).toBeLessThanOrEqual(1)
    expect([0, names.length]).toContain(due.length)
  })
})
