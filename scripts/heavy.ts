// Runs a suite that needs more than the workspace's own packages: `node scripts/heavy.ts browser`. Each lives in
// test/heavy/<name> with a lock file of its own, so that nobody pays for it before running it.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installSide } from './side.ts'

const root = join(import.meta.dirname, '..')

/** What is missing and how to get it, or `undefined` once all is there. */
type Need = () => string | undefined

const needs: Record<string, readonly Need[]> = {
  browser: [chromium],
  n8n: [compiler],
}

function found(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0
}

/** Debian's own package, fetched where we may; elsewhere it is for the person at the machine. */
function fromDebian(what: string, packages: readonly string[], there: () => boolean): string | undefined {
  if (there()) return undefined
  const sentence = `${what} is missing: install it with "apt-get install ${packages.join(' ')}" and run this again.`
  if (process.getuid?.() !== 0 || !found('apt-get')) return sentence
  console.log(`installing ${packages.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '-qq', ...packages], { env, stdio: 'ignore' }).status === 0
  if (!install()) {
    spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
    install()
  }
  return there() ? undefined : sentence
}

function chromium(): string | undefined {
  return fromDebian('Chromium', ['chromium'], () => existsSync('/usr/bin/chromium'))
}

/** n8n keeps its data with the package sqlite3, which is compiled where no binary of it can be downloaded. */
function compiler(): string | undefined {
  const tools = ['python3', 'make', 'g++']
  return fromDebian('A C++ compiler', tools, () => tools.every(found))
}

const name = process.argv[2] ?? ''
const folder = join(root, 'test/heavy', name)
if (name === '' || !existsSync(join(folder, 'package.json'))) {
  console.error(`There is no suite "${name}" in test/heavy.`)
  process.exit(2)
}
for (const need of needs[name] ?? []) {
  const missing = need()
  if (missing !== undefined) {
    console.error(missing)
    process.exit(1)
  }
}
console.log(`installing what test/heavy/${name} needs`)
try {
  installSide(folder)
} catch (error) {
  console.error(`The packages of test/heavy/${name} could not be installed: ${lastLine(error)}`)
  process.exit(1)
}
try {
  execFileSync(
    'vitest',
    ['run', '--config', join(root, 'vitest.heavy.config.ts'), ...process.argv.slice(3)],
    {
      cwd: root,
      env: { ...process.env, HEAVY: name },
      stdio: 'inherit',
    },
  )
} catch {
  process.exitCode = 1
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.trim().split('\n').at(-1) ?? ''
}
