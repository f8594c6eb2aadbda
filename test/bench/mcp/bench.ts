// How long an AI client waits: for the server to start, as packed, beside a widely used server of the protocol's own
// makers; and for a tool, beside core asking the same of the same sandbox.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { Movoice } from '@movoice-kit/core'
import { createSandbox } from '@movoice-kit/sandbox'
import { Stage, type TestClient } from '../../../packages/mcp/src/testing/stage.ts'

const ROUNDS = 9
const CALLS = 60
const root = join(import.meta.dirname, '../../..')
const FILESYSTEM = join(
  import.meta.dirname,
  'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
)
const OURS = join(root, 'packages/mcp/dist/esm/bin.js')

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
})

/** From the start of a process until it has answered `initialize`, in milliseconds. */
function startUp(args: readonly string[]): Promise<number> {
  const began = performance.now()
  const env = { PATH: process.env.PATH, MOVOICE_API_KEY: 'sk_sandbox_bench' }
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.write(`${initialize}\n`)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.stdout.once('data', () => {
      const took = performance.now() - began
      child.once('exit', () => resolve(took))
      child.kill('SIGKILL')
    })
  })
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function each(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (let n = 0; n < CALLS; n += 1) await work()
  return (performance.now() - began) / CALLS
}

export async function run(): Promise<string> {
  for (const name of ['core', 'mcp']) {
    execFileSync('node', [join(root, 'scripts/build.ts'), `@movoice-kit/${name}`], { cwd: root })
  }
  const starts = { filesystem: [] as number[], ours: [] as number[] }
  for (let round = 0; round < ROUNDS; round += 1) {
    starts.filesystem.push(await startUp([FILESYSTEM, root]))
    starts.ours.push(await startUp([OURS]))
  }
  const [theirs, ours] = [median(starts.filesystem), median(starts.ours)]
  const tools = await toolTimes()
  return `| server | from start to the answer to \`initialize\`, ms | ratio |
|---|---|---|
| the protocol's own filesystem server (SDK 1) | ${theirs.toFixed(0)} | 1 |
| Movoice, as packed | ${ours.toFixed(0)} | ${(ours / theirs).toFixed(2)} |

Medians of ${ROUNDS} processes each, taken in turns.

| \`get_agent\` of the sandbox | ms a call | over core |
|---|---|---|
${tools}

Medians of ${ROUNDS} rounds of ${CALLS} calls, one after the other, client, server and sandbox in one process. What a call waits
for is Movoice; what the server adds is checking, the protocol and a second hop.`
}

async function toolTimes(): Promise<string> {
  const sandbox = await createSandbox({ plan: 'enterprise' })
  const account = { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl }
  const stage = await Stage.begin({ movoice: account })
  const movoice = new Movoice(account)
  const ask =
    ({ client }: TestClient) =>
    () =>
      client.callTool({ name: 'get_agent', arguments: { agent_id: 'agent_clinic' } })
  const ways = {
    'core alone': () => movoice.agents.get('agent_clinic'),
    'over HTTP, protocol of 2026': ask(await stage.client('accepts', 'modern')),
    'over HTTP, protocol of 2025': ask(await stage.client('accepts', 'legacy')),
  }
  const times = Object.keys(ways).map(() => [] as number[])
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [way, work] of Object.values(ways).entries()) times[way]?.push(await each(work))
    }
  } finally {
    await stage.end()
    await sandbox.close()
  }
  const medians = times.map(median)
  const [core = 0] = medians
  return Object.keys(ways)
    .map((name, way) => {
      const took = medians[way] ?? 0
      return `| ${name} | ${took.toFixed(2)} | ${way === 0 ? '' : `+${(took - core).toFixed(2)} ms`} |`
    })
    .join('\n')
}
