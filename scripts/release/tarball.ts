import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import type { Package } from '../packages.ts'
import { pnpm } from '../pnpm.ts'

/** A package as people get it. */
export interface Tarball {
  readonly path: string
  /** Bytes, packed. */
  readonly size: number
  /** Paths below the package, sorted. */
  readonly files: readonly string[]
  readonly manifest: Record<string, unknown>
  /** The text of a file in it. */
  read(file: string): string
}

/** Packs a package that was built, into a folder. */
export function pack({ folder, manifest }: Package, into: string): Tarball {
  // pnpm would take a relative one from the package's own folder.
  const target = resolve(into)
  const work = mkdtempSync(join(target, 'pack-'))
  try {
    pnpm(['pack', '--pack-destination', work], { cwd: folder })
    const [file] = globSync('*.tgz', { cwd: work })
    if (file === undefined) throw new Error(`${manifest.name} was not packed.`)
    renameSync(join(work, file), join(target, file))
    return openTarball(join(target, file))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Reads a tarball that was made before. */
export function openTarball(path: string): Tarball {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-tarball-'))
  try {
    execFileSync('tar', ['-xzf', path, '-C', folder])
    const files = readdirSync(join(folder, 'package'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(folder, 'package'), join(entry.parentPath, entry.name)))
      .sort()
    const texts = new Map(files.map((file) => [file, readFileSync(join(folder, 'package', file), 'utf8')]))
    const read = (file: string): string => {
      const text = texts.get(file)
      if (text === undefined) throw new Error(`${basename(path)} has no ${file}.`)
      return text
    }
    const manifest = JSON.parse(read('package.json')) as Record<string, unknown>
    return { path, size: statSync(path).size, files, manifest, read }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
