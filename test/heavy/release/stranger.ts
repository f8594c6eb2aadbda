import { execFile, execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Package, packages } from '../../../scripts/packages.ts'
import { pnpm } from '../../../scripts/pnpm.ts'
import { pack, type Tarball } from '../../../scripts/release/tarball.ts'

const root = join(import.meta.dirname, '../../..')

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Somebody who has the tarballs and nothing else of the kit. */
export interface Stranger {
  readonly tarballs: ReadonlyMap<string, Tarball>
  /** Runs a command on one of the Node releases. */
  run(node: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>
  /** Writes a file into the folder that the packages are installed in. */
  write(file: string, text: string): void
  close(): void
}

/** The binary of a Node release that this folder's lock file names; that of the tests for theirs. */
export function binaryOf(version: string): string {
  if (version === process.versions.node) return process.execPath
  return join(import.meta.dirname, `node_modules/node-${version.split('.')[0]}/bin/node`)
}

/** Builds and packs every package, and installs the tarballs in an empty folder. */
export async function stranger(): Promise<Stranger> {
  execFileSync('node', [join(root, 'scripts/build.ts')], { cwd: root, stdio: 'ignore' })
  const home = mkdtempSync(join(tmpdir(), 'movoice-stranger-'))
  const published = packages(root)
  const tarballs = new Map(published.map((one: Package) => [one.manifest.name, pack(one, home)]))
  const files = [...tarballs].map(([name, { path }]) => [name, `file:${path}`] as const)
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({
      name: 'stranger',
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(files),
    }),
  )
  // What they need of each other are these same tarballs: no registry has them.
  const overrides = files.map(([name, file]) => `  "${name}": "${file}"`).join('\n')
  writeFileSync(
    join(home, 'pnpm-workspace.yaml'),
    // n8n brings n8n-workflow itself; it is not installed for a node.
    `packages: ["."]\npmOnFail: ignore\nautoInstallPeers: false\noverrides:\n${overrides}\n`,
  )
  pnpm(['install', '--prefer-offline', '--reporter=silent'], { cwd: home })
  return {
    tarballs,
    run(node, args, env = {}) {
      const options = { cwd: home, env: { PATH: process.env.PATH, HOME: home, ...env }, timeout: 90_000 }
      return new Promise((resolve) => {
        execFile(node, args, options, (error, out, err) => {
          // Ended by a signal: no code.
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : null, out, err })
        })
      })
    },
    write: (file, text) => writeFileSync(join(home, file), text),
    close: () => rmSync(home, { recursive: true, force: true }),
  }
}

/**
 * What somebody has who copied examples into a project of their own, and ran there what the READMEs say: npm with the
 * tarballs, and with what the examples need beside the kit.
 */
export function project({ tarballs }: Stranger, examples: readonly string[]): string {
  const home = mkdtempSync(join(tmpdir(), 'movoice-project-'))
  const needed = new Set([...tarballs].flatMap(([name, { path }]) => (name.startsWith('@') ? [path] : [])))
  for (const from of examples) {
    cpSync(from, join(home, basename(from)), {
      recursive: true,
      filter: (path) => !path.includes('node_modules') && !/\.db(-\w+)?$/.test(path),
    })
    const manifest = join(from, 'package.json')
    if (!existsSync(manifest)) continue
    const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as Package['manifest']
    for (const [name, range] of Object.entries(dependencies)) {
      if (!tarballs.has(name)) needed.add(`${name}@${range}`)
    }
  }
  execFileSync('npm', ['install', '--prefix', home, '--prefer-offline', ...needed], {
    cwd: home,
    stdio: 'pipe',
  })
  return home
}
