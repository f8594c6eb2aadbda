// Runs an example on the sources of this clone: `npx pnpm@12 example campaign people.csv agent_clinic`, or one file of a
// folder that has several: `npx pnpm@12 example core/list-calls.mjs`. What it needs beside the kit is installed first.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installOrStop } from './side.ts'

const root = join(import.meta.dirname, '..')
const examples = join(root, 'examples')

/** `campaign` and `core/list-calls.mjs` to the file that is run; `undefined` if there is none. */
function fileOf(name: string): string | undefined {
  const manifest = join(examples, name, 'package.json')
  const { main = '' } = existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly main?: string })
    : {}
  return [join(examples, name, main), join(examples, name)].find(
    (path) => /\.(mjs|ts)$/.test(path) && existsSync(path),
  )
}

const [name = '', ...args] = process.argv.slice(2)
const file = fileOf(name)
if (file === undefined) {
  const there = globSync('*/*.{mjs,ts}', { cwd: examples }).sort()
  console.error(
    `There is no example ${name === '' ? 'without a name' : `"${name}"`}. There are: ${there.join(', ')}.`,
  )
  process.exit(2)
}
const folder = dirname(file)
if (existsSync(join(folder, 'pnpm-lock.yaml'))) installOrStop(root, join('examples', basename(folder)))
if (process.env.MOVOICE_API_KEY === undefined) {
  process.env.MOVOICE_API_KEY = 'sk_sandbox_example'
  process.env.MOVOICE_BASE_URL ??= 'http://127.0.0.1:4010/v1'
}
process.chdir(folder)
process.argv = [process.execPath, file, ...args]
await import(pathToFileURL(file).href)
