import { execFile, execFileSync } from 'node:child_process'
import { globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import app from './index.ts'
import { Line } from './testing/stage.ts'

const root = join(import.meta.dirname, '../../..')
const home = mkdtempSync(join(tmpdir(), 'movoice-zapier-zip-'))

/** What Zapier does with the zip: opens it in an empty folder and hands events to the wrapper's handler. */
describe('the zip, opened in an empty folder', () => {
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  beforeAll(() => {
    execFileSync('node', ['scripts/build.ts', '@movoice-kit/zapier'], { cwd: root })
    const zip = unzipSync(readFileSync(join(root, 'packages/zapier/dist/movoice-zapier.zip')))
    for (const [name, bytes] of Object.entries(zip)) {
      mkdirSync(join(home, dirname(name)), { recursive: true })
      writeFileSync(join(home, name), bytes)
    }
  }, 120_000)

  /** Runs beside this process, so that a sandbox in it can answer. */
  const run = async (event: object) => {
    const script = `require('./zapierwrapper.js').handler(${JSON.stringify(event)})
      .then(({ results }) => console.log(JSON.stringify(results)))`
    const { stdout } = await promisify(execFile)('node', ['-e', script], {
      cwd: home,
      env: { PATH: process.env.PATH },
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  }

  test('holds files only, and no other copy of this workspace', () => {
    const names = globSync('**', { cwd: home }).filter((name) => !lstatSync(join(home, name)).isDirectory())
    expect(names).toContain('index.js')
    expect(names).toContain(join('node_modules', 'zapier-platform-core', 'package.json'))
    expect(names.filter((name) => lstatSync(join(home, name)).isSymbolicLink())).toEqual([])
    expect(names.filter((name) => /(^|\/)(\.bin|\.pnpm|@movoice-kit)\//.test(name))).toEqual([])
    const text = readFileSync(join(home, 'index.js'), 'utf8')
    expect(text).not.toContain('@movoice-kit/core"')
    expect(text).not.toContain(root)
  })

  test('is structurally valid, and the same app', async () => {
    expect(await run({ command: 'validate', calledFromCli: true })).toEqual([])
    const definition = await run({ command: 'definition', calledFromCli: true })
    expect(Object.keys(definition.triggers)).toEqual(Object.keys(app.triggers))
    expect(definition.version).toBe(app.version)
  })

  test('places a call', async () => {
    await using line = await Line.start()
    const result = await run({
      command: 'execute',
      method: 'creates.place_call.operation.perform',
      zcacheTestObj: {},
      bundle: {
        authData: line.authData,
        inputData: { agent_id: 'agent_clinic', recipient_phone: '+1 202 555 0101' },
        meta: {},
      },
    })
    expect(result).toMatchObject({ recipient_phone: '+12025550101', already_placed: false })
    expect(await line.rings()).toHaveLength(1)
  })
})
