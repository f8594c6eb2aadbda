import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { VERSION } from '@movoice-kit/core/contract'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packages } from '../../../scripts/packages.ts'
import { nodeReleases, oldestNode, takes } from '../../../scripts/release/support.ts'
import { namedFiles, tarballProblems } from '../../../scripts/release/tarball-checks.ts'
import { binaryOf, project, type Stranger, stranger } from './stranger.ts'

const root = join(import.meta.dirname, '../../..')
const published = packages(root)
const names = published.map(({ manifest }) => manifest.name)

/** The most that a packed package may weigh, in kB: what it is now, and a third more. A bigger one wants a reason. */
const BOUNDS: Readonly<Record<string, number>> = {
  '@movoice-kit/cli': 80,
  '@movoice-kit/core': 225,
  '@movoice-kit/hooks': 150,
  '@movoice-kit/mcp': 60,
  '@movoice-kit/sandbox': 70,
  '@movoice-kit/slack': 180,
  '@movoice-kit/zapier': 250,
  'n8n-nodes-movoice': 180,
}

let them: Stranger
let sandbox: Sandbox
beforeAll(async () => {
  them = await stranger()
  sandbox = await createSandbox({ speed: 600, plan: 'enterprise' })
}, 300_000)
afterAll(async () => {
  await sandbox.close()
  them.close()
})

const tarball = (name: string) => {
  const found = them.tarballs.get(name)
  if (found === undefined) throw new Error(`${name} was not packed.`)
  return found
}

describe.each(names)('the tarball of %s', (name) => {
  test('holds what it should and nothing else', () => {
    expect(tarballProblems(tarball(name))).toEqual([])
  })

  // Written anew by `npx pnpm@12 test:release -u`.
  test('has the files that people rely on', async () => {
    const file = `${name.split('/').at(-1)}.txt`
    await expect(`${namedFiles(tarball(name)).join('\n')}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, 'files', file),
    )
  })

  test('is no heavier than it may be', () => {
    expect(BOUNDS[name]).toBeDefined()
    expect(tarball(name).size / 1000).toBeLessThan(BOUNDS[name] ?? 0)
  })
})

interface Target {
  readonly import?: unknown
  readonly require?: unknown
}

/** Every entry of the packages that run on a version: `@movoice-kit/core/events`, and the ways in. */
function entriesFor(version: string): { readonly entry: string; readonly required: boolean }[] {
  return published
    .filter(({ manifest }) => takes(oldestNode[manifest.name] ?? '', version))
    .flatMap(({ manifest }) => {
      const exports = (tarball(manifest.name).manifest.exports ?? {}) as Record<string, Target | string>
      return Object.entries(exports).flatMap(([path, target]) =>
        typeof target === 'string'
          ? []
          : [{ entry: join(manifest.name, path), required: target.require !== undefined }],
      )
    })
}

const LOAD = `
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
for (const { entry, required } of JSON.parse(readFileSync('entries.json', 'utf8'))) {
  for (const module of [await import(entry), ...(required ? [require(entry)] : [])]) {
    if (Object.keys(module).length === 0) throw new Error(entry + ' is empty')
  }
}
console.log('all')
`

const PLACE = `
import { Movoice } from '@movoice-kit/core'
const [apiKey, baseUrl] = process.argv.slice(2)
const movoice = new Movoice({ apiKey, baseUrl })
const call = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
const same = await movoice.calls.get(call.call_id)
console.log(process.versions.node, call.status, same.recipient_phone)
`

const NODES = `
const { Movoice } = require('n8n-nodes-movoice/dist/nodes/Movoice/Movoice.node.js')
const { MovoiceTrigger } = require('n8n-nodes-movoice/dist/nodes/MovoiceTrigger/MovoiceTrigger.node.js')
console.log(new Movoice().description.name, new MovoiceTrigger().description.name)
`

describe.each(nodeReleases.map(({ version }) => [version, binaryOf(version)]))(
  'on Node %s',
  (version, node) => {
    test('that is the Node it is', async () => {
      expect((await them.run(node, ['--version'])).out.trim()).toBe(`v${version}`)
    })

    test('every entry loads, both ways where it has both', async () => {
      const entries = entriesFor(version)
      expect(entries.length).toBeGreaterThan(10)
      them.write('entries.mjs', LOAD)
      them.write('entries.json', JSON.stringify(entries))
      const { code, out, err } = await them.run(node, ['entries.mjs'])
      expect({ code, said: out.split('\n').at(-2), err: code === 0 ? '' : err }).toEqual({
        code: 0,
        said: 'all',
        err: '',
      })
    })

    test('the client places a call, and finds it', async () => {
      them.write('place.mjs', PLACE)
      const ran = await them.run(node, ['place.mjs', sandbox.apiKey, sandbox.baseUrl])
      expect(ran).toMatchObject({ code: 0, out: `${version} initiated +12025550101\n` })
    })

    test('n8n’s nodes load', async () => {
      them.write('nodes.cjs', NODES)
      const ran = await them.run(node, ['nodes.cjs'], {
        NODE_PATH: join(root, 'test/side/n8n-engine/node_modules'),
      })
      expect(ran).toMatchObject({ code: 0, out: 'movoice movoiceTrigger\n' })
    })
  },
)

const servers = nodeReleases.filter(({ version }) => takes(oldestNode['@movoice-kit/cli'] ?? '', version))

describe.each(servers.map(({ version }) => [version, binaryOf(version)]))(
  'on Node %s, what runs',
  (_version, node) => {
    const bin = (name: string) => {
      const found = published.find(({ manifest }) => name in (manifest.bin ?? {}))?.manifest
      return join('node_modules', found?.name ?? '', found?.bin?.[name] ?? '')
    }

    test.each(['movoice', 'movoice-hooks', 'movoice-mcp', 'movoice-sandbox', 'movoice-slack'])(
      '%s helps',
      async (name) => {
        const ran = await them.run(node, [bin(name), '--help'])
        expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/Usage: /) })
      },
    )

    test('movoice says its version', async () => {
      expect((await them.run(node, [bin('movoice'), '--version'])).out.trim()).toBe(VERSION)
    })

    test('a call is placed, its end kept on disk and delivered: sandbox, hooks and the command line together', async () => {
      const { code, out, err } = await them.run(node, [bin('movoice'), 'demo'])
      expect({ code, err: err.replace(/^.*ExperimentalWarning.*\n.*\n/gm, '') }).toEqual({ code: 0, err: '' })
      expect(out).toMatch(/✓ subscriber\s+got it as msg_/)
      expect(out).toMatch(/BOOKED/)
    })
  },
)

describe('a project of somebody’s own, set up by npm as the README tells', () => {
  const EXAMPLES = ['core', 'campaign', 'express', 'fastify', 'hono', 'inbox']
  let home: string
  /** Not in this process' stead: the sandbox runs here too. */
  const run = promisify(execFile)
  const movoice = (...args: string[]) => run(join(home, 'node_modules/.bin/movoice'), args)
  const node = (...args: string[]) =>
    run('node', args, {
      cwd: home,
      env: {
        ...process.env,
        MOVOICE_API_KEY: sandbox.apiKey,
        MOVOICE_BASE_URL: sandbox.baseUrl,
        MOVOICE_PLAN: 'enterprise',
      },
    })

  beforeAll(() => {
    home = project(
      them,
      EXAMPLES.map((name) => join(root, 'examples', name)),
    )
  }, 300_000)
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  test('has every package of the kit, and its commands', async () => {
    expect((await movoice('--version')).stdout.trim()).toBe(VERSION)
  })

  test('places a call by a file that was copied', async () => {
    const { stdout } = await node('core/place-a-call.mjs', 'agent_clinic', '+12025550101')
    expect(stdout).toMatch(/^placed call_/)
  })

  test('calls everyone in a file', async () => {
    const { stdout } = await node('campaign/campaign.mjs', 'campaign/people.csv', 'agent_clinic')
    expect(stdout).toMatch(/^\+12025550101 {2}BOOKED/m)
  })

  test.each(['express', 'fastify', 'hono'])('takes a webhook in %s', async (name) => {
    const server = spawn('node', [`${name}/server.mjs`], {
      cwd: home,
      env: { ...process.env, PORT: '0', INBOX: `${name}.db`, MOVOICE_WEBHOOK_SECRET: 'try' },
    })
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer]
      const url = /http:\S+/.exec(line.toString())?.[0] ?? ''
      const sent = await movoice('trigger', 'call.completed', '--to', `${url}/movoice`, '--secret', 'try')
      expect(sent.stdout + sent.stderr).toContain('answered 202')
    } finally {
      server.kill()
    }
  })
})

test('what a release checks is ready, in a folder named as the workflow and the README name it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-checked-'))
  try {
    const script = ['scripts/release/check.ts', '--built', '--out', relative(root, folder)]
    const { stdout } = await promisify(execFile)('node', script, { cwd: root })
    expect(stdout).toContain('Ready: nothing was published.')
    const made = readdirSync(folder)
    for (const { path } of them.tarballs.values()) expect(made).toContain(basename(path))
    expect(made.filter((file) => file.endsWith('.cdx.json'))).toHaveLength(names.length)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every binary is tried', () => {
  const all = published.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))
  const source = readFileSync(import.meta.filename, 'utf8')
  expect(all.filter((name) => !source.includes(`'${name}'`))).toEqual([])
})
