import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { packages } from '../../../scripts/packages.ts'
import { pnpm } from '../../../scripts/pnpm.ts'
import { workflowReader } from './github.ts'

const root = join(import.meta.dirname, '../../..')

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Record<string, unknown>
  readonly env?: Record<string, string>
}
interface Job {
  readonly permissions?: Record<string, string>
  readonly 'timeout-minutes'?: number
  readonly environment?: string
  readonly strategy?: { readonly matrix: { readonly package: readonly string[] } }
  readonly steps: readonly Step[]
}
interface Workflow {
  readonly permissions?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

const files = globSync('.github/workflows/*.yml', { cwd: root }).sort()
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const read = (file: string) => parse(textOf(file)) as Workflow
const stepsOf = (file: string) => Object.values(read(file).jobs).flatMap(({ steps }) => steps)

const findings = await workflowReader()

describe.each(files)('%s', (file) => {
  test('is a workflow as GitHub reads it, expressions too', async () => {
    expect(await findings(textOf(file))).toEqual([])
  })

  test('uses actions at a commit, and says which version that is', () => {
    const uses = [...textOf(file).matchAll(/^\s*-?\s*uses: (.*)$/gm)].map(([, what = '']) => what)
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((what) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+/.test(what))).toEqual([])
  })

  test('may do nothing but what each job says, and no job runs for ever', () => {
    const { permissions, jobs } = read(file)
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeDefined()
      expect(job['timeout-minutes']).toBeGreaterThan(0)
    }
  })

  test('leaves no token in what it checks out, and runs no text from outside', () => {
    const checkouts = stepsOf(file).filter(({ uses = '' }) => uses.startsWith('actions/checkout@'))
    for (const { with: given } of checkouts) expect(given?.['persist-credentials']).toBe(false)
    // What an expression puts into a script is run as it is.
    expect(stepsOf(file).filter(({ run = '' }) => run.includes('${{'))).toEqual([])
    expect(textOf(file)).not.toMatch(/pull_request_target|secrets\.(?!GITHUB_TOKEN)/)
  })

  test('calls only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const called = stepsOf(file).flatMap(({ run = '', with: given }) =>
      [...`${run}\n${String(given?.script ?? '')}`.matchAll(/\bpnpm(?:@12)? (?!install)([\w:]+)/g)].map(
        ([, name = '']) => name,
      ),
    )
    expect(called.filter((name) => !(name in scripts))).toEqual([])
  })
})

test('GitHub’s reader would tell of a fault', async () => {
  const broken = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    stepz: []\n'
  expect(await findings(broken)).not.toEqual([])
  const expression = ['$', '{{ nothing.here }}'].join('')
  const wrong = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${expression}\n`
  expect((await findings(wrong)).join()).toMatch(/nothing/)
})

describe('publishing', () => {
  const { jobs } = read('.github/workflows/publish.yml')

  test('is one workflow, and one job of it may', () => {
    const may = files.flatMap((file) =>
      Object.entries(read(file).jobs).filter(([, { steps }]) =>
        steps.some(({ uses = '', run = '' }) => uses.includes('/publish@') || /\bpublish\b/.test(run)),
      ),
    )
    expect(may.map(([name]) => name)).toEqual(['publish'])
    expect(jobs.publish?.environment).toBe('npm')
    expect(jobs.publish?.permissions).toEqual({ contents: 'write', 'id-token': 'write' })
  })

  test('has pnpm sign where a package comes from, or fail', () => {
    const { env: asked } = jobs.publish?.steps.find(({ uses = '' }) => uses.includes('/publish@')) ?? {}
    const folder = mkdtempSync(join(tmpdir(), 'movoice-publish-'))
    try {
      writeFileSync(join(folder, 'package.json'), '{ "name": "never-published", "version": "1.0.0" }')
      writeFileSync(join(folder, '.npmrc'), 'registry=http://127.0.0.1:9/\n//127.0.0.1:9/:_authToken=none\n')
      // Not as on GitHub, where it could sign: here it has to say that it cannot.
      const { PATH, HOME, npm_execpath } = process.env
      const env = { PATH, HOME, npm_execpath, ...asked }
      expect(() => pnpm(['publish', '--no-git-checks'], { cwd: folder, env })).toThrow(/PROVENANCE/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('attests a bill of materials of every package', () => {
    const names = packages(root).map(({ manifest }) => manifest.name.split('/').at(-1))
    expect([...(jobs.attest?.strategy?.matrix.package ?? [])].sort()).toEqual(names.sort())
    const attested = jobs.attest?.steps.filter(({ uses = '' }) => uses.startsWith('actions/attest@')) ?? []
    expect(attested.map(({ with: given = {} }) => 'sbom-path' in given)).toEqual([false, true])
  })

  // Whoever gets code into a dependency of the tests must not be able to sign or publish with it.
  test('lets no job that runs the packages’ code sign, but for the one that publishes', () => {
    const signing = Object.entries(jobs).filter(([, { permissions = {} }]) => 'id-token' in permissions)
    expect(signing.map(([name]) => name).sort()).toEqual(['attest', 'publish'])
    expect(jobs.attest?.steps.filter(({ run }) => run !== undefined)).toEqual([])
    const ran = jobs.publish?.steps.flatMap(({ run = '' }) => run.match(/\bpnpm \S+/g) ?? [])
    expect(ran).toEqual(['pnpm install'])
  })

  test('happens after all that is packed was tried on every Node that is supported', () => {
    expect(jobs.build?.steps.map(({ run }) => run)).toEqual(
      expect.arrayContaining(['pnpm release:audit', 'pnpm test', 'pnpm test:release']),
    )
    expect(jobs.publish).toMatchObject({ needs: ['build', 'attest'] })
  })
})
