import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doors } from '../doors.ts'
import { runCli } from '../testing/run-cli.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-bash-'))
  writeFileSync(join(folder, 'movoice.bash'), (await runCli(['completion', 'bash'])).out)
  writeFileSync(join(folder, 'my people.csv'), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What bash would offer for a line, whose words stand as bash parts them. */
function offered(...words: string[]): string[] {
  const script = `source movoice.bash
COMP_WORDS=(movoice ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_movoice
printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8' })
  return out.split('\n').filter((line) => line !== '')
}

test('every command is offered', () => {
  expect(offered('').sort()).toEqual([...doors.map(({ name }) => name), 'help'].sort())
  expect(offered('ca')).toEqual(['call', 'calls'])
  expect(offered('calls', '').sort()).toEqual(['get', 'help', 'list', 'recording', 'transcript'])
})

test.each<[string[], string[]]>([
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['trigger', 'call.'],
    ['call.started', 'call.completed', 'call.failed'],
  ],
  [
    ['calls', 'list', '--output', ''],
    ['table', 'json', 'csv'],
  ],
  [['calls', 'list', '-o', 'j'], ['json']],
  [['calls', 'list', '--output', '=', 'c'], ['csv']],
  [
    ['listen', '--as', ''],
    ['movoice', 'relay'],
  ],
  // The value of a flag is no command, whatever it says.
  [['call', '--agent', 'calls', '--cou'], ['--country']],
  [['calls', 'list', '--agent', 'get', '--st'], ['--status']],
  [['calls', 'list', '--agent', ''], []],
  [['batch', 'my'], ['my people.csv']],
  [['batch', 'x.csv', '--journal', 'my'], ['my people.csv']],
  [['calls', 'recording', 'call_1', '--out', 'my'], ['my people.csv']],
  [['sandbox', '--sp'], ['--speed']],
  [['nonsense', 'x'], []],
])('movoice %j', (words, expected) => {
  expect(offered(...words)).toEqual(expected)
})

test('every long flag of every command is offered after it', async () => {
  for (const { name } of doors) {
    const { out } = await runCli([name, '--help'])
    const named = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag)
    expect(offered(name, '--').sort(), name).toEqual(named.sort())
  }
})
