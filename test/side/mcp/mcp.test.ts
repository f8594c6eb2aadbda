import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMcp, type McpHttpServer } from '@movoice-kit/mcp'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const here = (path: string): string => join(import.meta.dirname, 'node_modules/@modelcontextprotocol', path)
const INSPECTOR = here('inspector/clients/launcher/build/index.js')
const CONFORMANCE = here('conformance/dist/index.js')
const BIN = join(import.meta.dirname, '../../../packages/mcp/src/bin.ts')

let sandbox: Sandbox
let mcp: McpHttpServer
const home = mkdtempSync(join(tmpdir(), 'movoice-inspector-'))
beforeAll(async () => {
  sandbox = await createSandbox({ speed: 600 })
  mcp = await createMcp({ movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl }, port: 0 })
})
afterAll(async () => {
  await mcp.close()
  await sandbox.close()
  rmSync(home, { recursive: true, force: true })
})

/** Runs a tool of the side folder with a home of its own, as it keeps what it was given. */
function run(
  file: string,
  args: readonly string[],
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env.PATH ?? '', HOME: home, NO_COLOR: '1' }
  const child = spawn(process.execPath, [file, ...args], { cwd: home, env, timeout: 50_000 })
  const seen = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString()
  })
  return new Promise((resolve) => child.on('exit', (code) => resolve({ code, ...seen })))
}

/** The two ways in, as the inspector is told of them. */
const ways: Readonly<Record<string, () => string[]>> = {
  'streamable HTTP': () => [mcp.url, '--transport', 'http'],
  stdio: () => [
    '-e',
    `MOVOICE_API_KEY=${sandbox.apiKey}`,
    '-e',
    `MOVOICE_BASE_URL=${sandbox.baseUrl}`,
    '-e',
    'NODE_OPTIONS=--conditions=source --disable-warning=ExperimentalWarning',
    process.execPath,
    BIN,
  ],
}

describe.each(Object.keys(ways))('the inspector, over %s,', (way) => {
  const inspect = async (...args: string[]) => {
    const ran = await run(INSPECTOR, ['--cli', ...(ways[way]?.() ?? []), ...args])
    expect(ran.code, ran.err).toBe(0)
    return { ...ran, json: JSON.parse(ran.out) as Record<string, unknown> }
  }

  test('finds no fault with the schemas of the tools, not even a warning', async () => {
    const { json, err } = await inspect('--method', 'tools/list', '--strict')
    expect((json.tools as unknown[]).length).toBe(9)
    // What it finds, warnings too, it prints there.
    expect(err).toBe('')
  })

  test('reads agents, lists resources and is refused nothing it may have', async () => {
    const { json } = await inspect('--method', 'tools/call', '--tool-name', 'list_agents')
    expect(json.structuredContent).toMatchObject({ agents: expect.any(Array) })
    const resources = await inspect('--method', 'resources/list')
    expect(resources.json.resources).toEqual(
      expect.arrayContaining([expect.objectContaining({ uri: 'movoice://agents/agent_clinic' })]),
    )
  })

  test('places no call by itself: nobody was asked', async () => {
    const before = sandbox.rings().length
    const { json } = await inspect(
      '--method',
      'tools/call',
      '--tool-name',
      'place_call',
      '--tool-arg',
      'agent_id=agent_clinic',
      '--tool-arg',
      'recipient_phone="+12025550101"',
    )
    expect(json.structuredContent).toMatchObject({ state: 'needs_confirmation' })
    expect(sandbox.rings()).toHaveLength(before)
  })
})

describe('the conformance suite', () => {
  // What asks for tools, prompts or resources of the suite's own making does not apply to a server with a purpose.
  test.each([
    'server-initialize',
    'ping',
    'tools-list',
    'resources-list',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
  ])('passes %s', async (scenario) => {
    const { code, out, err } = await run(CONFORMANCE, ['server', '--url', mcp.url, '--scenario', scenario])
    expect(out, err).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/)
    expect(code).toBe(0)
  })
})
