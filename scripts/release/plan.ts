import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** What the next release is to be. */
export interface Plan {
  readonly changesets: readonly { readonly id: string }[]
  readonly releases: readonly { readonly name: string; readonly newVersion: string }[]
}

/** What the changesets say, by their own command; nothing where there are none, as right after a release. */
export function plan(): Plan {
  const waiting = globSync('.changeset/*.md', { cwd: root }).filter((file) => basename(file) !== 'README.md')
  if (waiting.length === 0) return { changesets: [], releases: [] }
  const folder = mkdtempSync(join(tmpdir(), 'movoice-plan-'))
  try {
    const path = join(folder, 'plan.json')
    execFileSync('changeset', ['status', '--output', path], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return JSON.parse(readFileSync(path, 'utf8')) as Plan
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
