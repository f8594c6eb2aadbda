// Runs benchmarks and keeps their figures: `npx pnpm@12 bench core` runs test/bench/core/bench.ts and replaces the
// section "core" of docs/benchmarks.md. Without a name, all of them run.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { installSide } from '../../scripts/side.ts'

/** A benchmark's module: `run` measures and returns the section's text, in Markdown without a heading. */
interface Bench {
  run(): Promise<string>
}

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/benchmarks.md')
const known = globSync('*/bench.ts', { cwd: import.meta.dirname })
  .map((path) => basename(dirname(path)))
  .sort()
const wanted = process.argv.slice(2)
const strange = wanted.filter((name) => !known.includes(name))
if (strange.length > 0) {
  console.error(`There is no benchmark "${strange.join('", "')}". There are: ${known.join(', ')}.`)
  process.exit(2)
}
for (const name of wanted.length === 0 ? known : wanted) {
  const folder = join(import.meta.dirname, name)
  // Peers to compare with have a lock file of their own, so that nobody installs them before measuring.
  if (existsSync(join(folder, 'pnpm-lock.yaml'))) installSide(folder)
  const bench = (await import(join(folder, 'bench.ts'))) as Bench
  const text = (await bench.run()).trim()
  console.log(`\n## ${name}\n\n${text}\n`)
  keep(name, text)
}

function keep(name: string, text: string): void {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '# Benchmarks\n'
  const section = `<!-- bench ${name} -->\n## ${name}\n\nMeasured by \`npx pnpm@12 bench ${name}\`.\n\n${text}\n<!-- /bench ${name} -->`
  const old = new RegExp(`<!-- bench ${name} -->[\\s\\S]*?<!-- /bench ${name} -->`)
  const after = old.test(before) ? before.replace(old, () => section) : `${before.trimEnd()}\n\n${section}\n`
  writeFileSync(page, after)
}
