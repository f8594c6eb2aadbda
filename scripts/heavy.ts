// Runs a suite that takes more than the ordinary tests, in time or in packages: `node scripts/heavy.ts browser`.
// What one needs beyond the workspace's own packages has a lock file beside it, so that nobody pays for it before.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { installOrStop, sideFolders } from './side.ts'

const root = join(import.meta.dirname, '..')

/** What is missing and how to get it, or `undefined` once all is there. */
type Need = () => string | undefined

interface Suite {
  readonly folder: string
  /** Where its tests are among the ordinary ones: there they run as far as the machine has what they need. */
  readonly files?: readonly string[]
  readonly needs: readonly Need[]
  /** Other folders whose packages it uses. */
  readonly also?: readonly string[]
}

const suites: Record<string, Suite> = {
  browser: { folder: 'test/heavy/browser', needs: [chromium] },
  n8n: { folder: 'test/heavy/n8n', needs: [compiler, chromium], also: ['test/heavy/browser'] },
  shells: { folder: 'test/heavy/shells', needs: [zshAndFish] },
  release: { folder: 'test/heavy/release', needs: [] },
  chaos: { folder: 'test/chaos', needs: [tracer] },
  tools: {
    folder: 'test',
    files: [
      'test/examples/webhooks.test.ts',
      'test/docs/commands.test.ts',
      'test/side/deploy/prometheus.test.ts',
      'test/side/deploy/systemd.test.ts',
    ],
    needs: [languages, shellTools, operators],
    also: ['examples/webhooks'],
  },
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

function languages(): string | undefined {
  return fromDebian('Python, PHP or Go', ['python3', 'php-cli', 'golang-go'], () =>
    ['python3', 'php', 'go'].every(found),
  )
}

function shellTools(): string | undefined {
  const tools = ['curl', 'jq', 'openssl']
  return fromDebian('curl, jq or openssl', tools, () => tools.every(found))
}

/** What an operator checks a unit and alerts with. */
function operators(): string | undefined {
  return fromDebian('systemd-analyze or promtool', ['systemd', 'prometheus'], () =>
    ['systemd-analyze', 'promtool'].every(found),
  )
}

function zshAndFish(): string | undefined {
  return fromDebian('zsh or fish', ['zsh', 'fish'], () => found('zsh') && found('fish'))
}

function chromium(): string | undefined {
  return fromDebian('Chromium', ['chromium'], () => existsSync('/usr/bin/chromium'))
}

/** n8n keeps its data with the package sqlite3, which is compiled where no binary of it can be downloaded. */
function compiler(): string | undefined {
  const tools = ['python3', 'make', 'g++']
  return fromDebian('A C++ compiler', tools, () => tools.every(found))
}

/** strace: writes down what a server syncs, for the loss of power that is simulated from it. */
function tracer(): string | undefined {
  return fromDebian('strace', ['strace'], () => found('strace'))
}

const name = process.argv[2] ?? ''
const suite = Object.hasOwn(suites, name) ? suites[name] : undefined
if (suite === undefined) {
  console.error(`There is no suite "${name}". There are: ${Object.keys(suites).join(', ')}.`)
  process.exit(2)
}
for (const need of suite.needs) {
  const missing = need()
  if (missing !== undefined) {
    console.error(missing)
    process.exit(1)
  }
}
if (existsSync(join(root, suite.folder, 'pnpm-lock.yaml'))) {
  console.log(`installing what ${suite.folder} needs, once`)
  installOrStop(root, suite.folder)
}
for (const folder of suite.also ?? []) installOrStop(root, folder)
for (const folder of sideFolders(root, 'test/side/*')) installOrStop(root, relative(root, folder))
const run = ['run', '--config', join(root, 'vitest.heavy.config.ts'), ...process.argv.slice(3)]
const env = {
  ...process.env,
  HEAVY: (suite.files ?? [`${suite.folder}/*.test.ts`]).join(','),
  EVERY_TOOL: suite.files === undefined ? 'no' : 'yes',
}
process.exitCode = spawnSync('vitest', run, { cwd: root, env, stdio: 'inherit' }).status ?? 1
