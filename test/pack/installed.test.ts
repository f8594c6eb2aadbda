import { execFileSync, spawn } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pnpm } from '../../scripts/pnpm.ts'

const root = join(import.meta.dirname, '../..')
const core = join(root, 'packages/core')
const PLACE = `
const movoice = new Movoice({ apiKey: 'sk_sandbox_pack' })
movoice.calls.create({ agent_id: '', recipient_phone: '12' }).catch((error) => {
  if (!isMovoiceError(error)) throw error
  console.log(error.name + ' ' + error.problems.map((problem) => problem.path).join(' '))
})
`

beforeAll(() => {
  execFileSync('node', [join(root, 'scripts/build.ts'), '@movoice-kit/core'], { cwd: root })
}, 120_000)

/** What a stranger does with the tarball: install it in an empty folder and import it. */
describe('the packed core, installed elsewhere', () => {
  const home = mkdtempSync(join(tmpdir(), 'movoice-consumer-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  beforeAll(() => {
    pnpm(['pack', '--pack-destination', home], { cwd: core })
    const [tarball] = globSync('*.tgz', { cwd: home })
    writeFileSync(join(home, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }')
    writeFileSync(join(home, 'pnpm-workspace.yaml'), "packages: ['.']\n")
    pnpm(['add', `./${tarball}`, '--prefer-offline'], { cwd: home })
  }, 120_000)

  const run = (file: string, text: string, ...flags: string[]) => {
    writeFileSync(join(home, file), text)
    return execFileSync('node', [...flags, file], { cwd: home, encoding: 'utf8' }).trim()
  }

  test('is imported as an ES module', () => {
    const printed = run('esm.mjs', `import { isMovoiceError, Movoice } from '@movoice-kit/core'\n${PLACE}`)
    expect(printed).toBe('ValidationError agent_id recipient_phone')
  })

  test('is required from CommonJS', () => {
    const printed = run(
      'cjs.cjs',
      `const { isMovoiceError, Movoice } = require('@movoice-kit/core')\n${PLACE}`,
    )
    expect(printed).toBe('ValidationError agent_id recipient_phone')
  })

  test('knows its own errors across the two', () => {
    const printed = run(
      'both.mjs',
      `import { createRequire } from 'node:module'
       import { isMovoiceError } from '@movoice-kit/core'
       const { MovoiceError } = createRequire(import.meta.url)('@movoice-kit/core')
       console.log(isMovoiceError(new MovoiceError('test', 'A test.')))`,
    )
    expect(printed).toBe('true')
  })

  test.each([
    'contract',
    'engine',
    'client',
    'axios',
    'fetch',
    'events',
    'phone',
    'callee',
    'postgres',
    'command',
  ])('has /%s in both forms', (subpath) => {
    const printed = run(
      'subpath.mjs',
      `import { createRequire } from 'node:module'
       import * as esm from '@movoice-kit/core/${subpath}'
       const cjs = createRequire(import.meta.url)('@movoice-kit/core/${subpath}')
       const names = (module) => Object.keys(module).filter((name) => name !== 'default' && name !== 'module.exports').sort().join()
       console.log(names(esm) !== '' && names(esm) === names(cjs))`,
    )
    expect(printed).toBe('true')
  })

  test('offers no path into sources that are not shipped', () => {
    const resolve = `import { fileURLToPath } from 'node:url'
      console.log(fileURLToPath(import.meta.resolve('@movoice-kit/core')).endsWith('dist/esm/index.js'))`
    expect(run('resolve.mjs', resolve, '--conditions=source')).toBe('true')
  })

  test('has types that TypeScript accepts, from ESM and CJS', () => {
    const body = `
      const movoice = new Movoice({ apiKey: 'sk_sandbox_pack' })
      export async function place(): Promise<string> {
        const created = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
        const done: Call = await movoice.calls.waitUntilDone(created.call_id)
        const event: CallEvent = toCallEvent(done)
        // @ts-expect-error: an agent is needed
        await movoice.calls.create({ recipient_phone: '+12025550101' })
        return event.outcome ?? created.status
      }`
    const imports = `import { type Call, Movoice } from '@movoice-kit/core'
      import type { CallEvent } from '@movoice-kit/core/contract'
      import { toCallEvent } from '@movoice-kit/core/events'\n`
    writeFileSync(join(home, 'consumer.mts'), imports + body)
    writeFileSync(join(home, 'consumer.cts'), imports + body)
    writeFileSync(
      join(home, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module: 'nodenext',
          target: 'es2022',
          noEmit: true,
          skipLibCheck: false,
          types: [],
        },
        files: ['consumer.mts', 'consumer.cts'],
      }),
    )
    expect(execFileSync('tsc', ['-p', home], { encoding: 'utf8' })).toBe('')
  })
})

/** What an AI client does with it: start the command that a stranger installed, and talk to it. */
describe('the packed MCP server, installed elsewhere', () => {
  const home = mkdtempSync(join(tmpdir(), 'movoice-mcp-consumer-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  beforeAll(() => {
    execFileSync('node', [join(root, 'scripts/build.ts'), '@movoice-kit/mcp'], { cwd: root })
    for (const name of ['core', 'mcp']) {
      pnpm(['pack', '--pack-destination', home], { cwd: join(root, 'packages', name) })
    }
    const [packedCore = '', packedMcp = ''] = globSync('*.tgz', { cwd: home }).sort()
    writeFileSync(join(home, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }')
    // The core of this commit, not one that the registry may have.
    writeFileSync(
      join(home, 'pnpm-workspace.yaml'),
      `packages: ['.']\noverrides:\n  '@movoice-kit/core': 'file:./${packedCore}'\n`,
    )
    pnpm(['add', `./${packedMcp}`, '--prefer-offline'], { cwd: home })
  }, 120_000)

  test('answers over stdio, and ends when its client goes', async () => {
    const messages = [
      {
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'pack', version: '1' },
        },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/list' },
    ]
    const server = spawn(join(home, 'node_modules/.bin/movoice-mcp'), {
      cwd: home,
      env: { PATH: process.env.PATH, MOVOICE_API_KEY: 'sk_sandbox_pack' },
    })
    const ended = new Promise((resolve) => server.on('exit', resolve))
    let out = ''
    const errors: string[] = []
    server.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
    server.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (out.split('\n').length === 3) server.stdin.end()
    })
    for (const message of messages) server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    expect([await ended, errors]).toEqual([0, []])
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; result: { tools?: { name: string }[] } })
    expect(answers.map(({ id }) => id)).toEqual([1, 2])
    expect(answers[1]?.result.tools?.map(({ name }) => name)).toContain('place_call')
  })

  test('is small, and holds nothing but what runs, its types and a page for people', () => {
    const [packed = ''] = globSync('movoice-kit-mcp-*.tgz', { cwd: home })
    expect(statSync(join(home, packed)).size).toBeLessThan(45_000)
    const files = globSync('**/*', { cwd: join(home, 'node_modules/@movoice-kit/mcp'), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
    expect(files.filter((name) => !/\.(js|d\.ts)$|^(package\.json|README\.md|LICENSE)$/.test(name))).toEqual(
      [],
    )
  })

  test('is a library with types, too', () => {
    writeFileSync(
      join(home, 'consumer.ts'),
      `import { createMcp, type McpHttpServer } from '@movoice-kit/mcp'
       export const start = (): Promise<McpHttpServer> =>
         createMcp({ movoice: { apiKey: 'sk_sandbox_pack' }, port: 0, readOnly: true })`,
    )
    const types = join(root, 'node_modules/@types')
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2023',
      noEmit: true,
      skipLibCheck: true,
      typeRoots: [types],
      types: ['node'],
    }
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
    expect(execFileSync('tsc', ['-p', home], { encoding: 'utf8' })).toBe('')
  })
})
