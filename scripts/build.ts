// Builds every package that is published: JavaScript by tsup, declarations by tsc, then packs it and lets publint
// and attw look at the tarball, which is what people get.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { build } from 'tsup'
import { inBuildOrder, type Package, packages } from './packages.ts'
import { pnpm } from './pnpm.ts'

const root = join(import.meta.dirname, '..')
type OwnBuild = (folder: string, tsconfig: string) => Promise<void>
const FORMATS = { import: 'esm', require: 'cjs' } as const

/** What a format is built from: `index` → `src/index.ts`, read from where the exports and bins point. */
function entriesOf({ folder, manifest }: Package): Record<string, string> {
  const sources = Object.values(manifest.exports ?? {}).flatMap((target) =>
    typeof target === 'object' &&
    target.source !== undefined &&
    (target.import ?? target.require) !== undefined
      ? [target.source]
      : [],
  )
  const bins = Object.values(manifest.bin ?? {}).map((path) =>
    path.replace(/^\.\/dist\/esm\/(.*)\.js$/, './src/$1.ts'),
  )
  return Object.fromEntries(
    [...sources, ...bins].map((source) => [
      relative('src', source).replace(/\.ts$/, ''),
      join(folder, source),
    ]),
  )
}

function formatsOf({ manifest }: Package): ('esm' | 'cjs')[] {
  const conditions = Object.values(manifest.exports ?? {}).flatMap((target) =>
    typeof target === 'object' ? Object.keys(target) : [],
  )
  return (Object.keys(FORMATS) as (keyof typeof FORMATS)[])
    .filter((condition) => conditions.includes(condition))
    .map((condition) => FORMATS[condition])
}

/** What the consumer's package manager installs is not copied into the bundle. */
function dependenciesOf({ manifest }: Package): RegExp[] {
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  return names.map((name) => new RegExp(`^${name}(/|$)`))
}

function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: 'inherit' })
}

async function buildPackage(target: Package): Promise<void> {
  const { folder, manifest } = target
  const dist = join(folder, 'dist')
  rmSync(dist, { recursive: true, force: true })
  // A package that ships something else than a library says how in a build.ts of its own.
  const own = join(folder, 'build.ts')
  if (existsSync(own)) {
    const { default: build } = (await import(own)) as { default: OwnBuild }
    await build(folder, join(root, 'tsconfig.base.json'))
    return check(folder, manifest.name)
  }
  const formats = formatsOf(target)
  for (const format of formats) {
    const outDir = join(dist, format)
    await build({
      config: false,
      external: dependenciesOf(target),
      silent: true,
      entry: entriesOf(target),
      format,
      outDir,
      outExtension: () => ({ js: '.js' }),
      target: 'node20',
      platform: 'node',
      // node:sqlite has no other name.
      removeNodeProtocol: false,
      splitting: true,
      treeshake: false,
      sourcemap: false,
      dts: false,
      tsconfig: join(root, 'tsconfig.base.json'),
      esbuildOptions: (options) => {
        options.conditions = []
      },
    })
    writeFileSync(join(outDir, 'package.json'), `{ "type": "${format === 'esm' ? 'module' : 'commonjs'}" }\n`)
    // Pages and other files that the code reads at run time lie beside it, as they do in src/.
    for (const asset of globSync('**/*.{html,css,svg,js,json,sql,wav,mp3}', { cwd: join(folder, 'src') })) {
      cpSync(join(folder, 'src', asset), join(outDir, asset))
    }
  }
  declarations(folder, formats)
  check(folder, manifest.name)
}

function declarations(folder: string, formats: readonly string[]): void {
  const work = mkdtempSync(join(folder, 'dist', '.types-'))
  const config = join(work, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: relative(work, join(root, 'tsconfig.base.json')),
      compilerOptions: {
        declaration: true,
        emitDeclarationOnly: true,
        customConditions: [],
        rootDir: relative(work, join(folder, 'src')),
        outDir: './out',
        typeRoots: [relative(work, join(root, 'node_modules/@types'))],
      },
      include: [relative(work, join(folder, 'src'))],
      exclude: [
        `${relative(work, join(folder, 'src'))}/**/*.test.ts`,
        `${relative(work, join(folder, 'src'))}/testing/**`,
      ],
    }),
  )
  run('tsc', ['-p', config], folder)
  for (const format of formats) cpSync(join(work, 'out'), join(folder, 'dist', format), { recursive: true })
  rmSync(work, { recursive: true })
}

function check(folder: string, name: string): void {
  const out = mkdtempSync(join(tmpdir(), 'movoice-pack-'))
  try {
    mkdirSync(out, { recursive: true })
    pnpm(['pack', '--pack-destination', out], { cwd: folder })
    const tarball = globSync('*.tgz', { cwd: out })[0]
    if (tarball === undefined) throw new Error(`${name} was not packed`)
    run('publint', ['run', '--strict', join(out, tarball)], folder)
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package['manifest']
    if (manifest.exports !== undefined) {
      const profile = formatsOf({ folder, manifest }).includes('cjs') ? 'node16' : 'esm-only'
      run('attw', ['--quiet', '--profile', profile, join(out, tarball)], folder)
    }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

const wanted = process.argv.slice(2)
const all = inBuildOrder(packages(root))
for (const target of all) {
  if (wanted.length > 0 && !wanted.includes(target.manifest.name)) continue
  const began = performance.now()
  await buildPackage(target)
  console.log(`built ${target.manifest.name} in ${((performance.now() - began) / 1000).toFixed(1)} s`)
}
