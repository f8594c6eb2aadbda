// The completion in real zsh and fish: keys typed at a terminal, and what the shell then shows.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const bin = join(import.meta.dirname, '../../../packages/cli/src/bin.ts')
const scriptFor = (shell: string) =>
  execFileSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', bin, 'completion', shell],
    {
      encoding: 'utf8',
    },
  )

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-shells-'))
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(folder, `movoice.${shell}`), scriptFor(shell))
  writeFileSync(join(folder, 'people.csv'), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const cases: [string, RegExp, RegExp][] = [
  // typed; what must be offered; what must not be
  ['movoice ca', /call\b.*calls\b/s, /sandbox/],
  ['movoice calls ', /list\b.*transcript\b/s, /--output/],
  ['movoice calls list --output ', /table.*json.*csv|csv.*json.*table|json.*/s, /people\.csv/],
  ['movoice trigger call.', /call\.started/, /action\.triggered/],
  ['movoice completion ', /bash.*fish|fish.*bash/s, /people\.csv/],
  ['movoice batch pe', /people\.csv/, /--agent/],
  ['movoice call --agent calls --cou', /--country/, /--offset/],
]

describe('fish', () => {
  test.each(cases)('%s', (typed, offered, not) => {
    const out = execFileSync('fish', ['--no-config', '-c', `source movoice.fish; complete -C '${typed}'`], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(out).toMatch(offered)
    expect(out).not.toMatch(not)
  })
})

/** Types at a zsh of its own, over a pseudo-terminal that zsh itself provides, and presses Tab twice. */
function typedAtZsh(line: string): string {
  const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT='> '; LISTMAX=0; unsetopt beep; autoload -Uz compinit && compinit -u -D; source movoice.zsh; zstyle ':completion:*' list-prompt ''; setopt autolist; print ready-now"
local text='' chunk
for i in {1..100}; do zpty -rt z chunk && text+=$chunk; [[ $text == *$'\\n'ready-now* ]] && break; sleep 0.1; done
zpty -w -n z "$1"$'\\t\\t'
text=''
for i in {1..20}; do zpty -rt z chunk && text+=$chunk; sleep 0.1; done
print -r -- "$text"
zpty -d z`
  const out = execFileSync('zsh', ['-f', '-c', script, 'zsh', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm', HOME: folder },
    timeout: 60_000,
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told is taken out
  return out.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
}

describe('zsh', () => {
  test.each(cases)('%s', (typed, offered, not) => {
    const out = typedAtZsh(typed)
    expect(out).toMatch(offered)
    expect(out).not.toMatch(not)
  })
})
