// What a command pays to start is what it loads, so that is what is held: not a time, which depends on the machine.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bin = join(import.meta.dirname, '../../packages/cli/src/bin.ts')
const spy = `import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) { if (url.startsWith('file:')) console.error('loads ' + url); return next(url, context) } })`

/** The packages whose modules a command line loads, and how many modules in all. */
function loadedBy(...argv: string[]): { packages: string[]; modules: number } {
  const { stderr, status } = spawnSync(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      '--import',
      `data:text/javascript,${encodeURIComponent(spy)}`,
      bin,
      ...argv,
    ],
    { encoding: 'utf8', env: { PATH: process.env.PATH } },
  )
  expect(status, stderr.slice(-500)).toBe(0)
  const urls = [...stderr.matchAll(/^loads (\S+)$/gm)].map(([, url = '']) => url)
  const names = urls.map(
    (url) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? /packages\/([^/]+)/.exec(url)?.[1],
  )
  return { packages: [...new Set(names.filter((name) => name !== undefined))].sort(), modules: urls.length }
}

test.each([['--help'], ['--version'], ['help']])(
  'movoice %s loads the option parser and the table of commands',
  (flag) => {
    const { packages, modules } = loadedBy(flag)
    expect(packages).toEqual(['cli', 'commander', 'core'])
    // Each is a file to find and read; whoever adds many should know it.
    expect(modules).toBeLessThan(35)
  },
)

const CLIENT = ['axios', 'libphonenumber-js', 'zod']
const SERVERS = ['@slack/bolt', 'fastify', 'hooks', 'kysely', 'mcp', 'pg', 'pg-boss', 'sandbox', 'slack']

test.each<[string, readonly string[]]>([
  ['call', SERVERS],
  ['calls', SERVERS],
  ['agents', SERVERS],
  ['batch', SERVERS],
  ['trigger', SERVERS],
  ['verify', SERVERS],
  ['listen', SERVERS.filter((name) => name !== 'hooks')],
  ['events', SERVERS.filter((name) => name !== 'hooks')],
  ['doctor', [...SERVERS, 'axios']],
  ['demo', [...SERVERS, ...CLIENT]],
  ['up', [...SERVERS, ...CLIENT]],
  ['sandbox', ['@slack/bolt', 'axios', 'hooks', 'mcp', 'pg', 'pg-boss', 'slack']],
  ['hooks', ['@slack/bolt', 'mcp', 'sandbox', 'slack']],
])('movoice %s loads nothing that it does not need', (command, others) => {
  const { packages } = loadedBy(command, '--help')
  expect(packages.filter((name) => others.includes(name))).toEqual([])
})
