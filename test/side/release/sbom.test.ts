import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { beforeAll, expect, test } from 'vitest'
import { packages } from '../../../scripts/packages.ts'
import { type Bom, sboms } from '../../../scripts/release/sbom.ts'

const root = join(import.meta.dirname, '../../..')
const published = packages(root).map(({ manifest }) => manifest)
const names = published.map(({ name }) => name)
let boms: ReadonlyMap<string, Bom>

beforeAll(async () => {
  boms = await sboms()
})

const refs = (bom: Bom) => bom.components.map((component) => component['bom-ref'])
const bomOf = (name: string): Bom => {
  const bom = boms.get(name)
  if (bom === undefined) throw new Error(`There is no bill of materials of ${name}.`)
  return bom
}

test('there is one for every published package', () => {
  expect([...boms.keys()].sort()).toEqual([...names].sort())
})

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6)

test.each(names)('that of %s is valid by the schema of CycloneDX', async (name) => {
  expect(await validator.validate(JSON.stringify(bomOf(name)))).toBeNull()
})

test('the schema would tell of a fault', async () => {
  const broken = { ...bomOf('@movoice-kit/core'), components: [{ type: 'library' }] }
  expect(await validator.validate(JSON.stringify(broken))).not.toBeNull()
})

test.each(names)('that of %s has everything that it depends on, with version and digest', (name) => {
  const { dependencies = {} } = published.find((one) => one.name === name) ?? {}
  const bom = bomOf(name)
  const found = bom.components.map((one) => (one.group === undefined ? one.name : `${one.group}/${one.name}`))
  expect(found).toEqual(expect.arrayContaining(Object.keys(dependencies)))
  const foreign = bom.components.filter(({ group }) => group !== '@movoice-kit')
  expect(foreign.length).toBeGreaterThan(0)
  for (const component of foreign) {
    expect(component.version).toMatch(/^\d/)
    expect(JSON.stringify(component.externalReferences)).toContain('SHA-512')
  }
  expect(new Set(refs(bom)).size).toBe(refs(bom).length)
  const known = new Set([...refs(bom), bom.metadata.component['bom-ref']])
  expect(
    bom.dependencies.flatMap(({ dependsOn = [] }) => dependsOn).filter((ref) => !known.has(ref)),
  ).toEqual([])
})

test('what is inside a bundle stands in its bill too, and what is not does not', () => {
  const nodes = bomOf('n8n-nodes-movoice')
  expect(nodes.components.map(({ name }) => name).sort()).toEqual([
    'core',
    'hooks',
    'libphonenumber-js',
    'zod',
  ])
  const app = bomOf('@movoice-kit/zapier')
  const bundled = app.components.filter(({ properties }) => JSON.stringify(properties)?.includes('bundled'))
  expect(bundled.map(({ name }) => name)).toEqual(expect.arrayContaining(['core', 'zod']))
  expect(bundled.map(({ name }) => name)).not.toContain('axios')
})

test('no tool that only builds or tests is in one', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const tools = ['vitest', 'tsup', 'typescript', 'knip'].filter((name) => name in devDependencies)
  expect(tools.length).toBeGreaterThan(3)
  for (const name of names)
    expect(bomOf(name).components.filter((one) => tools.includes(one.name))).toEqual([])
})
