// The two commands at the head of each example's README, run as they stand there: only ports and the sandbox's pace are
// changed, as tests share this machine.
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@movoice-kit/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { VERSION } from '../../packages/core/src/contract/version.ts'
import { blocksOf, pages, read, root } from '../docs/pages.ts'
import { examples } from './start.ts'

/** What is no example by itself, and one whose one command does it all. */
const OTHERS: Readonly<Record<string, number>> = { inbox: 0, 'hooks-cluster': 1 }
const readmes = pages.filter((page) => /^examples\/[^/]+\/README\.md$/.test(page))
const nameOf = (page: string) => page.split('/')[1] ?? ''
const commandsOf = (page: string): string[] => {
  const [first] = blocksOf(page)
  return first === undefined ? [] : first.code.split('\n').filter((line) => line !== '')
}

const scripts = (
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts

interface Running {
  readonly text: () => string
  readonly ended: Promise<number | null>
  says(pattern: RegExp): Promise<RegExpExecArray>
}

const started: (() => void)[] = []
afterEach(() => {
  for (const stop of started.splice(0)) stop()
})

/** Runs `A=b npx pnpm@12 <script> …` by what package.json says the script is. */
function run(command: string, more: Readonly<Record<string, string>> = {}): Running {
  const {
    settings = '',
    script = '',
    args = '',
  } = /^(?<settings>(?:[A-Z_]+=\S+ )*)npx pnpm@12 (?<script>[a-z:]+) ?(?<args>.*)$/.exec(command)?.groups ??
  {}
  const [program = '', ...first] = (scripts[script] ?? '').split(' ')
  if (program !== 'node') throw new Error(`"${command}" is no script of package.json.`)
  const given = Object.fromEntries(
    settings
      .trim()
      .split(' ')
      .filter((one) => one !== '')
      .map((one) => one.split('=') as [string, string]),
  )
  const { MOVOICE_API_KEY: _key, MOVOICE_BASE_URL: _url, ...env } = process.env
  const child = spawn(process.execPath, [...first, ...args.split(' ').filter((word) => word !== '')], {
    cwd: root,
    env: { ...env, ...given, ...more },
  })
  started.push(() => child.kill('SIGTERM'))
  let text = ''
  const heard = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      for (const look of heard) look()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    text: () => text,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text)
          if (found !== null) resolve(found)
        }
        heard.add(look)
        look()
        void ended.then(() => reject(new Error(`"${command}" ended without saying ${pattern}: ${text}`)))
      }),
  }
}

test.each(readmes)('%s begins with two commands', (page) => {
  expect(commandsOf(page)).toHaveLength(OTHERS[nameOf(page)] ?? 2)
})

describe('the commands of the README of', () => {
  /** The sandbox of the first command, faster and at a port of its own. */
  async function sandboxOf(command: string): Promise<string> {
    const sandbox = run(`${command.replace(/ --speed \d+/, '')} --port 0 --speed 1000`)
    const [, url = ''] = await sandbox.says(/sandbox ready on (\S+)/)
    return url
  }

  test('campaign call everyone, with the result that it shows', async () => {
    const [sandbox = '', campaign = ''] = commandsOf('examples/campaign/README.md')
    // A copy: the note beside the file itself may be somebody's.
    const folder = mkdtempSync(join(tmpdir(), 'campaign-'))
    const file = join(folder, 'people.csv')
    copyFileSync(join(examples, 'campaign/people.csv'), file)
    try {
      const ran = run(campaign.replace('people.csv', file), { MOVOICE_BASE_URL: await sandboxOf(sandbox) })
      expect(await ran.ended, ran.text()).toBe(0)
      const shown = blocksOf('examples/campaign/README.md').find(({ language }) => language === 'text')
      const linesOf = (text: string) =>
        text
          .split('\n')
          .filter((line) => line.startsWith('+'))
          .sort()
      const summary = / {2}(Asha|Ravi|Meera|Lin) .*$/ // Which of the little stories it is goes by the order of the calls.
      const plain = (text: string) => linesOf(text).map((line) => line.replace(summary, '  $1 …'))
      expect(plain(ran.text())).toEqual(plain(shown?.code ?? ''))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('core place a call', async () => {
    const [sandbox = '', place = ''] = commandsOf('examples/core/README.md')
    const ran = run(place, { MOVOICE_BASE_URL: await sandboxOf(sandbox) })
    await ran.says(/^placed call_\w+/)
    expect(await ran.ended).toBe(0)
  })

  test.each(['express', 'fastify', 'hono', 'lambda'])('%s receive a webhook', async (name) => {
    const [listen = '', trigger = ''] = commandsOf(`examples/${name}/README.md`)
    const port = await freePort()
    const inbox = join(examples, name, `test-${port}.db`)
    const receiver = run(listen, { PORT: String(port), INBOX: inbox })
    try {
      await receiver.says(/listening on/)
      const sent = run(trigger.replace(':3000/', `:${port}/`))
      expect(await sent.ended, sent.text()).toBe(0)
      expect(sent.text()).toContain('answered 202')
    } finally {
      for (const end of ['', '-wal', '-shm']) rmSync(`${inbox}${end}`, { force: true })
    }
  })
})

test('an example that is not there is answered with those that are', async () => {
  const ran = run('npx pnpm@12 example nothing')
  expect(await ran.ended).toBe(2)
  expect(ran.text()).toMatch(
    /There is no example "nothing"\. There are: campaign\/campaign\.mjs, core\/list-calls/,
  )
})

describe('what an example needs', () => {
  const manifests = readmes
    .map((page) => join(root, page, '../package.json'))
    .filter((path) => existsSync(path))

  test.each(manifests.map((path) => [path.slice(root.length + 1), path]))(
    'can be installed by npm where %s is copied to, the kit at the version it was tested with',
    (_name, path) => {
      const { dependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as {
        readonly dependencies?: Record<string, string>
      }
      const kit = Object.entries(dependencies).filter(([name]) => name.startsWith('@movoice-kit/'))
      expect(kit.filter(([, range]) => range !== `^${VERSION}`)).toEqual([])
      // `link:`, `workspace:` and `catalog:` are pnpm's alone.
      expect(Object.values(dependencies).filter((range) => !/^\^?\d/.test(range))).toEqual([])
      // What the README tells to install is what the folder's own manifest has.
      const said = /npm install (@movoice-kit[^`]+)`/.exec(read(`examples/${nameOf(_name)}/README.md`))?.[1]
      if (said !== undefined) expect(said.split(' ').sort()).toEqual(Object.keys(dependencies).sort())
    },
  )
})
