// Known faults of the packages that the kit depends on: `npx pnpm@12 release:audit`. Each is mended, or argued below
// until a day; then it is looked at again.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '../..')

export interface Argued {
  /** The advisory: `GHSA-…`. */
  readonly id: string
  /** Why it does not touch the kit. */
  readonly because: string
  /** The day after which this no longer counts, such as `2027-01-31`. */
  readonly until: string
}

/** Findings that are known and do not matter here. Half a year is the longest. */
export const argued: readonly Argued[] = []

export interface Advisory {
  readonly github_advisory_id: string
  readonly module_name: string
  readonly severity: string
  readonly title: string
  readonly vulnerable_versions: string
  readonly url: string
}

/** What has to be done before a release, one sentence each. */
export function auditProblems(
  advisories: readonly Advisory[],
  known: readonly Argued[],
  today: string,
): string[] {
  const found = advisories
    .filter(
      ({ github_advisory_id }) => !known.some(({ id, until }) => id === github_advisory_id && today <= until),
    )
    .map(
      ({ github_advisory_id, module_name, severity, title, vulnerable_versions, url }) =>
        `${module_name} ${vulnerable_versions}: ${title} (${severity}, ${github_advisory_id}, ${url})`,
    )
  const idle = known
    .filter(({ id }) => !advisories.some(({ github_advisory_id }) => github_advisory_id === id))
    .map(({ id }) => `${id} is argued and no longer found: take it off the list`)
  return [...found, ...idle]
}

/**
 * Asks the registry.
 *
 * @throws {Error} if it does not answer: a release does not go out unlooked at
 */
export function advisories(registry?: string): Advisory[] {
  const where = registry === undefined ? [] : ['--registry', registry]
  const running = process.env.npm_execpath ?? ''
  const [command, first] = /pnpm[^/]*$/.test(running) ? [running, []] : ['npx', ['--yes', 'pnpm@12']]
  // It ends with 1 where it found something, which is an answer too.
  const { stdout, stderr } = spawnSync(command, [...first, 'audit', '--json', ...where], {
    cwd: root,
    encoding: 'utf8',
  })
  let report: { readonly advisories?: Record<string, Advisory> }
  try {
    report = JSON.parse(stdout)
  } catch {
    throw new Error(`The registry gave no report: ${(stderr || stdout).trim().split('\n').at(-1)}`)
  }
  if (report.advisories === undefined) throw new Error('The registry gave a report without advisories.')
  return Object.values(report.advisories)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { registry: { type: 'string' } } })
  try {
    const problems = auditProblems(advisories(values.registry), argued, new Date().toISOString().slice(0, 10))
    for (const problem of problems) console.error(problem)
    if (problems.length === 0) console.log('No known fault.')
    process.exitCode = problems.length === 0 ? 0 : 1
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 2
  }
}
