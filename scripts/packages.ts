import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly bin?: Record<string, string>
  readonly exports?: Record<
    string,
    string | { readonly source?: string; readonly import?: unknown; readonly require?: unknown }
  >
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

export interface Package {
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package of the workspace that is published. */
export function packages(root: string): Package[] {
  return globSync('packages/*/package.json', { cwd: root })
    .sort()
    .map((path) => ({
      folder: join(root, dirname(path)),
      manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
    }))
    .filter(({ manifest }) => manifest.private !== true)
}

/** What others need comes before them, as their types are checked against what was built. */
export function inBuildOrder(all: readonly Package[]): Package[] {
  const ordered: Package[] = []
  const visit = (one: Package): void => {
    if (ordered.includes(one)) return
    for (const name of Object.keys(one.manifest.dependencies ?? {})) {
      const needed = all.find(({ manifest }) => manifest.name === name)
      if (needed !== undefined) visit(needed)
    }
    ordered.push(one)
  }
  for (const one of all) visit(one)
  return ordered
}
