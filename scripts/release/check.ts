// A release without publishing: `npx pnpm@12 release:check [--out folder] [--built]`. Needs no registry. What it leaves in
// the folder is what would go out: a tarball and a bill of materials for each package.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { packages } from '../packages.ts'
import { allowed, allowedForTools, installed, licenceProblems } from './licences.ts'
import { plan } from './plan.ts'
import { writeSboms } from './sbom.ts'
import { pack } from './tarball.ts'
import { tarballProblems } from './tarball-checks.ts'

const root = join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: { out: { type: 'string' }, built: { type: 'boolean', default: false } },
})
const out = values.out ?? mkdtempSync(join(tmpdir(), 'movoice-release-'))
mkdirSync(out, { recursive: true })

const planned = plan()
if (!values.built) execFileSync('node', [join(root, 'scripts/build.ts')], { cwd: root, stdio: 'ignore' })
const problems: string[] = []
console.log(`${planned.changesets.length} changesets wait for the next release.\n`)
console.log(
  `${'package'.padEnd(24)} ${'now'.padEnd(8)} ${'next'.padEnd(8)} ${'files'.padStart(6)} ${'kB'.padStart(6)}`,
)
for (const one of packages(root)) {
  const tarball = pack(one, out)
  const { name, version } = tarball.manifest as { name: string; version: string }
  const next = planned.releases.find((release) => release.name === name)?.newVersion ?? '–'
  const size = (tarball.size / 1000).toFixed(0).padStart(6)
  console.log(
    `${name.padEnd(24)} ${version.padEnd(8)} ${next.padEnd(8)} ${String(tarball.files.length).padStart(6)} ${size}`,
  )
  problems.push(...tarballProblems(tarball).map((problem) => `${basename(tarball.path)}: ${problem}`))
}
console.log('')
for (const line of await writeSboms(out)) console.log(line)
problems.push(
  ...licenceProblems(installed('prod'), allowed),
  ...licenceProblems(installed('dev'), allowedForTools),
)
console.log('')
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? 'Ready: nothing was published.' : `${problems.length} problems.`)
process.exitCode = problems.length === 0 ? 0 : 1
if (values.out === undefined) rmSync(out, { recursive: true, force: true })
