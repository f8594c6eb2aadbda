// How long `movoice --help` takes from the shell's point of view: fresh processes of what is published, in turns with
// Node alone, with a program that only has the same option parser, and with another vendor's command line.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'

const ROUNDS = 20
const TARGET_MS = 120
const root = join(import.meta.dirname, '../../..')
const bin = join(root, 'packages/cli/dist/esm/bin.js')
const twilio = join(import.meta.dirname, 'node_modules/twilio-cli/bin/run')

const HELLO = `
import { Command } from 'commander'
new Command('hello').description('Says hello.').option('--name <name>', 'to whom').parse(['--help'], { from: 'user' })`

const runs: readonly (readonly [string, readonly string[], string])[] = [
  ['`node -e 0`', ['-e', '0'], root],
  ['hello world with commander, `--help`', ['--input-type=module', '-e', HELLO], import.meta.dirname],
  ['**`movoice --help`**', [bin, '--help'], root],
  ['`movoice --version`', [bin, '--version'], root],
  ['`movoice call --help`', [bin, 'call', '--help'], root],
  ['`movoice batch --help`', [bin, 'batch', '--help'], root],
  ['`movoice sandbox --help`', [bin, 'sandbox', '--help'], root],
  ['`twilio --help` (twilio-cli 6.2.4)', [twilio, '--help'], root],
]

export async function run(): Promise<string> {
  checkBuilt()
  const times = new Map<string, number[]>()
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, argv, cwd] of runs) {
      const began = performance.now()
      const { status, stderr } = spawnSync(process.execPath, argv, {
        cwd,
        encoding: 'utf8',
        env: environment(),
      })
      const took = performance.now() - began
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr.slice(0, 500)}`)
      // The first round only fills the disk's cache.
      if (round > 0) times.set(name, [...(times.get(name) ?? []), took])
    }
  }
  const node = median(times.get('`node -e 0`') ?? [])
  const rows = runs.map(([name]) => {
    const ms = median(times.get(name) ?? [])
    const least = Math.min(...(times.get(name) ?? []))
    return `| ${name} | ${ms.toFixed(0)} | ${least.toFixed(0)} | ${(ms - node).toFixed(0)} | ${(ms / node).toFixed(2)} |`
  })
  return `A fresh process of the built packages each, median and fastest of ${ROUNDS}, in turns. Target for \`movoice --help\`: ≤ ${TARGET_MS} ms. Which modules it loads is held by a test (\`test/cli/start.test.ts\`), as time is not.

| | ms | fastest | ms more than Node | ratio to Node |
|---|---|---|---|---|
${rows.join('\n')}`
}

/** Peers may write to their own folder of settings: not to that of whoever measures. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env
  return { PATH, TMPDIR, HOME: join(import.meta.dirname, 'node_modules/.home'), NO_COLOR: '1' }
}

function checkBuilt(): void {
  const newest = (pattern: string) =>
    Math.max(0, ...globSync(pattern, { cwd: root }).map((path) => statSync(join(root, path)).mtimeMs))
  if (existsSync(bin) && statSync(bin).mtimeMs > newest('packages/{cli,core}/src/**/*.ts')) return
  throw new Error('What is published is measured: run "npx pnpm@12 build" first.')
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.floor(half)] ?? Number.NaN) + (sorted[Math.ceil(half) - 1] ?? Number.NaN)) / 2
}
