// Under what licences the packages stand that the kit depends on: `npx pnpm@12 release:licences`. What test suites fetch for
// themselves (test/side, test/heavy) is never shipped and not looked at here.
import { join } from 'node:path'
import { pnpm } from '../pnpm.ts'

const root = join(import.meta.dirname, '../..')

/** May be depended on by what is published: nothing of these asks anything of whoever uses the kit but a notice. */
export const allowed = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]
/** Beside these, for tools that only build and test. */
export const allowedForTools = [...allowed, 'MPL-2.0', 'CC0-1.0', 'CC-BY-4.0', 'Python-2.0']

export interface Exception {
  readonly name: string
  /** As the package says it. */
  readonly licence: string
  readonly because: string
}

/** Packages that say something else, each looked at by a person. */
export const exceptions: readonly Exception[] = [
  {
    name: 'zapier-platform-core',
    licence: 'Unknown',
    because:
      'Zapier’s own runtime, under the Zapier Platform Agreement, which whoever publishes an app has accepted; only the Zapier app needs it, and it runs at Zapier.',
  },
  { name: 'zapier-platform-schema', licence: 'Unknown', because: 'A part of zapier-platform-core.' },
  {
    name: 'urlsafe-base64',
    licence: 'Unknown',
    because: 'MIT by its readme, and its package.json does not say so; zapier-platform-core brings it.',
  },
  {
    name: 'json-metaschema',
    licence: 'Public Domain',
    because: 'Given to the public; zapier-platform-schema brings it.',
  },
]

export interface Listed {
  readonly name: string
  readonly versions: readonly string[]
  readonly license: string
}

/** Every package that what is published (`prod`) or the workspace's tools (`dev`) depend on, as it is installed. */
export function installed(kind: 'prod' | 'dev'): Listed[] {
  const printed = pnpm(['-r', 'licenses', 'list', `--${kind}`, '--json'], { cwd: root })
  return Object.values(JSON.parse(printed) as Record<string, Listed[]>).flat()
}

/** Whether a licence as SPDX writes it is covered: of several, one (`OR`) or all (`AND`) must be. */
export function isCovered(licence: string, by: readonly string[]): boolean {
  const text = licence.replace(/^\((.*)\)$/, '$1')
  if (/[()]/.test(text)) return false // Nested: for a person to read.
  if (text.includes(' OR '))
    return !text.includes(' AND ') && text.split(' OR ').some((one) => by.includes(one))
  return text.split(' AND ').every((one) => by.includes(one))
}

/** What stands under a licence that is not allowed, one sentence each. */
export function licenceProblems(
  listed: readonly Listed[],
  by: readonly string[],
  known = exceptions,
): string[] {
  return listed
    .filter(({ name, license }) => {
      if (isCovered(license, by)) return false
      return !known.some((one) => one.name === name && one.licence === license)
    })
    .map(({ name, versions, license }) => `${name} ${versions.join(', ')} is under ${license}`)
}

if (import.meta.main) {
  const problems = [
    ...licenceProblems(installed('prod'), allowed),
    ...licenceProblems(installed('dev'), allowedForTools),
  ]
  for (const problem of problems) console.error(problem)
  if (problems.length === 0) console.log('Every licence is one of those that are allowed.')
  process.exitCode = problems.length === 0 ? 0 : 1
}
