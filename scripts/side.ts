import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pnpm } from './pnpm.ts'

/**
 * Folders under test/ with a lock file of their own: what only some tests need and is too heavy for everyone's
 * install. Each is a workspace to itself and is installed by the suite that needs it, on first use.
 */
export function sideFolders(root: string, under: string): string[] {
  return globSync(`${under}/pnpm-lock.yaml`, { cwd: root })
    .sort()
    .map((path) => join(root, dirname(path)))
}

/** Installs what a side folder's lock file says, unless that was done already. */
export function installSide(folder: string): void {
  const modules = join(folder, 'node_modules')
  const stamp = join(modules, '.installed')
  const wanted = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) {
    wanted.update(readFileSync(join(folder, file)))
  }
  const digest = wanted.digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  pnpm(['install', '--frozen-lockfile', '--reporter=silent'], { cwd: folder })
  mkdirSync(modules, { recursive: true })
  writeFileSync(stamp, digest)
}

/** As {@link installSide}, for a script: what went wrong is one line, and the end of it. */
export function installOrStop(root: string, folder: string): void {
  try {
    installSide(join(root, folder))
  } catch (error) {
    const text = String(error instanceof Error ? error.message : error)
    const last = text.trim().split('\n').at(-1)
    console.error(`The packages of ${folder} could not be installed: ${last}`)
    process.exit(1)
  }
}
