import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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

/** What a stranger does with the tarball: install it in an empty folder and import it. */
describe('the packed core, installed elsewhere', () => {
  const home = mkdtempSync(join(tmpdir(), 'movoice-consumer-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  beforeAll(() => {
    execFileSync('node', [join(root, 'scripts/build.ts'), '@movoice-kit/core'], { cwd: root })
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
