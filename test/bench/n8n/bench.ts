// How long n8n takes to load a node, beside the Stripe nodes of n8n itself: each in a fresh process that has
// n8n-workflow loaded already, as n8n has.
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import buildNodes from '../../../packages/n8n/build.ts'
import { pnpm } from '../../../scripts/pnpm.ts'
import { installSide } from '../../../scripts/side.ts'

const ROUNDS = 21
const root = join(import.meta.dirname, '../../..')
const n8n = join(root, 'test/heavy/n8n')

const CHILD = `
const { createRequire } = require('node:module')
const [home, ...files] = process.argv.slice(1)
const load = createRequire(home + '/package.json')
load('n8n-workflow')
const began = performance.now()
for (const file of files) for (const Node of Object.values(require(file))) new Node()
console.log(performance.now() - began)
`

function load(files: readonly string[]): number {
  const env = { ...process.env, NODE_PATH: join(n8n, 'node_modules') }
  return Number(execFileSync(process.execPath, ['-e', CHILD, n8n, ...files], { encoding: 'utf8', env }))
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

export async function run(): Promise<string> {
  installSide(n8n)
  const folder = join(root, 'packages/n8n')
  await buildNodes(folder, join(root, 'tsconfig.base.json'))
  const base = join(n8n, 'node_modules/n8n-nodes-base/dist/nodes/Stripe')
  const stripe = ['Stripe.node.js', 'StripeTrigger.node.js'].map((file) => join(base, file))
  const dist = join(folder, 'dist/nodes')
  const ours = ['Movoice/Movoice.node.js', 'MovoiceTrigger/MovoiceTrigger.node.js'].map((file) =>
    join(dist, file),
  )
  const times = { stripe: [] as number[], ours: [] as number[] }
  for (let round = 0; round < ROUNDS; round += 1) {
    times.stripe.push(load(stripe))
    times.ours.push(load(ours))
  }
  const [a, b] = [median(times.stripe), median(times.ours)]
  return `| both nodes of | load, ms | ratio |
|---|---|---|
| Stripe (n8n-nodes-base) | ${a.toFixed(1)} | 1 |
| Movoice | ${b.toFixed(1)} | ${(b / a).toFixed(2)} |

Medians of ${ROUNDS} fresh processes each, taken in turns. Target: at most 1.2 times Stripe's.

Unpacked, the package takes ${Math.round(unpackedBytes(folder) / 1000)} kB. Target: at most 600 kB.`
}

function unpackedBytes(folder: string): number {
  const work = mkdtempSync(join(tmpdir(), 'n8n-size-'))
  try {
    pnpm(['pack', '--pack-destination', work], { cwd: folder })
    const [tarball] = globSync('*.tgz', { cwd: work })
    execFileSync('tar', ['-xzf', String(tarball)], { cwd: work })
    rmSync(join(work, String(tarball)))
    const files = globSync('**/*', { cwd: work, withFileTypes: true }).filter((file) => file.isFile())
    return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
