// What somebody sees who sits at a terminal: questions, their answers, and lines that fit.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'

const bin = join(import.meta.dirname, '../../../packages/cli/src/bin.ts')
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await createSandbox({ speed: 600 })
})
afterAll(() => sandbox.close())

/** Runs `movoice` at a terminal of 80 columns, presses a key once it asks, and gives back all that was shown. */
async function atTerminal(argv: string, key = ''): Promise<string> {
  const script = `zmodload zsh/zpty
zpty z "stty cols 80 rows 40; $1; print -r -- the-code-is=\\$?"
local text='' chunk asked=''
for i in {1..300}; do
  zpty -rt z chunk && text+=$chunk
  if [[ -z $asked && $text == *'[y/N]'* ]]; then asked=1; sleep 0.3; zpty -w -n z "$2"; fi
  [[ $text == *'the-code-is='* ]] && break
  sleep 0.1
done
print -r -- "$text"
zpty -d z`
  const command = `${process.execPath} --conditions=source --disable-warning=ExperimentalWarning ${bin} ${argv}`
  const { stdout } = await promisify(execFile)('zsh', ['-f', '-c', script, 'zsh', command, key], {
    env: {
      PATH: process.env.PATH,
      TERM: 'xterm',
      LANG: 'C.UTF-8',
      MOVOICE_API_KEY: sandbox.apiKey,
      MOVOICE_BASE_URL: sandbox.baseUrl,
    },
    timeout: 60_000,
  })
  return stripVTControlCharacters(stdout).replace(/\r/g, '')
}

const QUESTION = 'Call +1 202 555 0101 (US) with agent_clinic? [y/N] '
const call = 'call +12025550101 --agent agent_clinic'

test.each([
  ['Ctrl-C', '\x03', 'Stopped. Nothing was done.', 130],
  ['Ctrl-D', '\x04', 'Nothing was placed.', 1],
  ['Enter', '\n', 'Nothing was placed.', 1],
])('%s at a question rings nobody, and says so in a line', async (_name, key, line, code) => {
  const before = sandbox.rings().length
  expect(await atTerminal(call, key)).toContain(`${QUESTION}\n${line}\nthe-code-is=${code}`)
  expect(sandbox.rings()).toHaveLength(before)
})

test('a yes at a question places the call', async () => {
  const shown = await atTerminal(call, 'y\n')
  expect(shown).toMatch(/\[y\/N\] y\nCall +call_\w+\n.*the-code-is=0/s)
  expect(sandbox.rings()).toHaveLength(1)
})

test('a question that nobody would see is not asked', async () => {
  const shown = await atTerminal(`${call} 2>&1 >/dev/null | cat`)
  expect(shown).toContain('--yes is missing: there is no terminal to ask on.')
})

test.each([
  'calls list',
  'agents list',
  'agents get agent_clinic',
  'doctor',
  'batch --help',
  'demo --speed 600',
])('movoice %s breaks no line in the middle of a word', async (argv) => {
  const shown = await atTerminal(argv)
  expect(shown).toContain('the-code-is=0')
  expect(shown.split('\n').filter((line) => [...line].length > 80)).toEqual([])
})
