// Zapier runs an app from a zip, with nothing beside it: so core is inside the bundle, and the platform's own package
// lies in the zip as files, never as a link into this workspace. Called by scripts/build.ts.
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import { build } from 'tsup'
import { pnpm } from '../../scripts/pnpm.ts'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly dependencies: Readonly<Record<string, string>>
}

/** Zip files cannot say less than this; a fixed time makes equal sources give equal zips. */
const ZIP_TIME = new Date('1980-01-02T00:00:00Z')

/** What Zapier's command line would leave out of a zip, as nothing requires it by name. */
const PACKED_TOO = ['node_modules/.*/require\\.mjs$']

/** Types of the package: written, as the app's own would name packages that are inside the bundle. */
const TYPES = `import type { App, Create, Search, Trigger } from 'zapier-platform-core'
/** The Zapier app for Movoice. */
declare const app: App<Record<string, Trigger>, Record<string, Create>, Record<string, Search>>
export default app
`

/** Builds `dist/esm` (the package), `dist/app` (what is pushed to Zapier) and `dist/movoice-zapier.zip`. */
export default async function buildApp(folder: string, tsconfig: string): Promise<void> {
  const dist = join(folder, 'dist')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  await bundle(folder, 'esm', tsconfig)
  writeFileSync(join(dist, 'esm/package.json'), '{ "type": "module" }\n')
  writeFileSync(join(dist, 'esm/index.d.ts'), TYPES)
  await bundle(folder, 'app', tsconfig)
  const { version, license, dependencies } = manifest
  const app = { name: 'movoice-zapier', version, private: true, license, main: 'index.js', dependencies }
  writeFileSync(join(dist, 'app/package.json'), `${JSON.stringify(app, null, 2)}\n`)
  writeFileSync(
    join(dist, 'app/.zapierapprc'),
    `${JSON.stringify({ includeInBuild: PACKED_TOO }, null, 2)}\n`,
  )
  // Where the app is pushed from, Zapier's command line keeps a copy of the sources: without what is built there.
  writeFileSync(join(dist, 'app/.gitignore'), 'build/\nnode_modules/\n')
  zip(folder, join(dist, 'app'), join(dist, 'movoice-zapier.zip'))
}

async function bundle(folder: string, format: 'esm' | 'app', tsconfig: string): Promise<void> {
  await build({
    config: false,
    silent: true,
    entry: { index: join(folder, 'src/index.ts') },
    outDir: join(folder, 'dist', format),
    format: format === 'esm' ? 'esm' : 'cjs',
    outExtension: () => ({ js: '.js' }),
    target: 'node20',
    platform: 'node',
    external: ['zapier-platform-core'],
    noExternal: [/^(?!zapier-platform-core$|node:)[^./]/],
    splitting: false,
    treeshake: true,
    sourcemap: false,
    dts: false,
    tsconfig,
    // Zapier's runner takes what is required for the app itself.
    ...(format === 'app' && { footer: { js: 'module.exports = module.exports.default' } }),
    esbuildOptions: (options) => {
      options.conditions = ['source']
    },
  })
}

function zip(folder: string, app: string, path: string): void {
  const deployed = mkdtempSync(join(tmpdir(), 'movoice-zapier-'))
  try {
    // The platform's package and what it needs, as files side by side, by this workspace's lock file.
    // The workspace patches packages that the app has none of.
    const where = ['--config.node-linker=hoisted', '--config.allow-unused-patches=true', '--prefer-offline']
    pnpm(
      ['--filter', '.', '--prod', '--no-optional', 'deploy', '--legacy', ...where, join(deployed, 'app')],
      { cwd: folder },
    )
    const files: Zippable = {}
    const add = (root: string, pattern: string): void => {
      for (const file of globSync(pattern, {
        cwd: root,
        exclude: (name) => name === '.bin' || name === '.pnpm',
      })) {
        const full = join(root, file)
        if (statSync(full).isFile()) files[file] = [readFileSync(full), { mtime: ZIP_TIME }]
      }
    }
    add(app, '*')
    add(app, '.zapierapprc')
    add(join(deployed, 'app'), 'node_modules/**')
    const wrapper = join(deployed, 'app/node_modules/zapier-platform-core/include/zapierwrapper.js')
    files['zapierwrapper.js'] = [readFileSync(wrapper), { mtime: ZIP_TIME }]
    writeFileSync(path, zipSync(files, { level: 6 }))
  } finally {
    rmSync(deployed, { recursive: true, force: true })
  }
}
