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

test.each([
  ...['call', 'calls', 'agents', 'batch', 'events', 'listen', 'trigger', 'verify', 'doctor', 'demo', 'up'],
  'completion',
])('movoice %s --help loads no schema, no client and no server', (command) => {
  expect(loadedBy(command, '--help').packages).toEqual(['cli', 'commander', 'core'])
})

test.each<[string, readonly string[]]>([
  ['sandbox', []],
  ['hooks', ['ipaddr.js']],
  ['slack', []],
  ['mcp', []],
])('movoice %s --help loads how it is used, and nothing of what it runs', (command, more) => {
  const { packages } = loadedBy(command, '--help')
  expect(packages.filter((name) => !more.includes(name))).toEqual(
    ['cli', 'commander', 'core', command].sort(),
  )
})
