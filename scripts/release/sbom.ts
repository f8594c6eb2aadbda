// A bill of materials for every published package, as CycloneDX: `npx pnpm@12 sbom [--out folder]`.
// What a package depends on is told by pnpm, from the lock file; what is inside a bundle, by esbuild, which sees it.
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { type Package, packages } from '../packages.ts'
import { pnpm } from '../pnpm.ts'

const root = join(import.meta.dirname, '../..')

export interface Component {
  readonly name: string
  readonly group?: string
  readonly version: string
  readonly 'bom-ref': string
  readonly [key: string]: unknown
}

/** As much of a CycloneDX document as is read here. */
export interface Bom {
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
  readonly [key: string]: unknown
}

/** What a package that ships a bundle bundles: its entries, and what it leaves outside. */
const bundles: Readonly<Record<string, { readonly entries: string; readonly outside: readonly string[] }>> = {
  'n8n-nodes-movoice': { entries: '{nodes/*/*.node.ts,credentials/*.ts}', outside: ['n8n-workflow'] },
  '@movoice-kit/zapier': { entries: 'src/index.ts', outside: ['zapier-platform-core'] },
}

/** `core.cdx.json` for `@movoice-kit/core`. */
export const sbomName = (name: string): string => `${basename(name)}.cdx.json`

/** Makes every package's bill of materials, by the package's name. */
export async function sboms(): Promise<Map<string, Bom>> {
  const published = packages(root)
  const folder = mkdtempSync(join(tmpdir(), 'movoice-sbom-'))
  try {
    const filters = published.flatMap(({ manifest }) => ['--filter', manifest.name])
    const out = join(folder, '%s.cdx.json')
    pnpm(
      [
        ...filters,
        'sbom',
        '--sbom-format',
        'cyclonedx',
        '--sbom-spec-version',
        '1.6',
        '--split',
        '--prod',
        '--out',
        out,
      ],
      {
        cwd: root,
      },
    )
    const told = new Map<string, Bom>()
    for (const file of globSync('*.cdx.json', { cwd: folder })) {
      const bom = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bom
      told.set(nameOf(bom.metadata.component), bom)
    }
    const whole = new Map<string, Bom>()
    for (const one of published) {
      const bom = told.get(one.manifest.name)
      if (bom === undefined) throw new Error(`pnpm made no bill of materials for ${one.manifest.name}.`)
      whole.set(one.manifest.name, withBundled(bom, await bundledIn(one), told))
    }
    return whole
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const nameOf = ({ group, name }: Component): string => (group === undefined ? name : `${group}/${name}`)

/** The packages that bytes of a bundle come from: `zod@4.6.7`, and those of this workspace. */
async function bundledIn({ folder, manifest }: Package): Promise<string[]> {
  const bundle = bundles[manifest.name]
  if (bundle === undefined) return []
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: globSync(bundle.entries, { cwd: folder }).sort(),
    outdir: 'nowhere',
    bundle: true,
    write: false,
    metafile: true,
    treeShaking: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['source'],
    external: [...bundle.outside],
    logLevel: 'error',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  const own = relative(root, folder)
  const found = inputs.map((input) => {
    const path = relative(root, join(folder, input))
    const at = path.lastIndexOf(`node_modules${sep}`)
    const parts = at < 0 ? path.split(sep).slice(0, 2) : path.slice(at).split(sep).slice(1)
    const home =
      at < 0
        ? parts.join(sep)
        : path.slice(0, at) + ['node_modules', ...parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1)].join(sep)
    return home === own ? undefined : home
  })
  return [...new Set(found)].flatMap((home) => {
    if (home === undefined) return []
    const { name, version } = JSON.parse(readFileSync(join(root, home, 'package.json'), 'utf8')) as Record<
      string,
      string
    >
    return [`${name}@${version}`]
  })
}

/** Adds what is inside the bundle. What pnpm knows of it stands in the bill of whichever package depends on it. */
function withBundled(bom: Bom, names: readonly string[], told: ReadonlyMap<string, Bom>): Bom {
  if (names.length === 0) return bom
  const known = new Map<string, Component>()
  for (const { metadata, components } of told.values()) {
    for (const one of [metadata.component, ...components]) known.set(`${nameOf(one)}@${one.version}`, one)
  }
  const inside = [...names].sort().map((name) => {
    const component = known.get(name)
    if (component === undefined) throw new Error(`${name} is bundled, and no bill of materials has it.`)
    return { ...component, properties: [{ name: 'movoice-kit:bundled', value: 'true' }] }
  })
  const here = bom.metadata.component['bom-ref']
  const dependencies = bom.dependencies.map((one) =>
    one.ref === here
      ? { ...one, dependsOn: [...(one.dependsOn ?? []), ...inside.map((part) => part['bom-ref'])].sort() }
      : one,
  )
  return { ...bom, components: [...bom.components, ...inside], dependencies }
}

/** Writes them all into a folder. */
export async function writeSboms(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const lines: string[] = []
  for (const [name, bom] of await sboms()) {
    writeFileSync(join(folder, sbomName(name)), `${JSON.stringify(bom, null, 2)}\n`)
    lines.push(`${sbomName(name)}: ${bom.components.length} components`)
  }
  return lines
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'sbom' } } })
  for (const line of await writeSboms(values.out)) console.log(line)
}
