import type { Node, Value } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** For fish 3. */
export function fishCompletion(nodes: readonly Node[]): string {
  const paths = nodes.map(({ path }) => path).filter((path) => path !== '')
  const valued = nodes.flatMap(({ path, flags }) =>
    flags.flatMap(({ names, value }) => (value === undefined ? [] : names.map((name) => `${path} ${name}`))),
  )
  return `# Completion of movoice for fish: write this to ~/.config/fish/completions/movoice.fish
#   movoice completion fish > ~/.config/fish/completions/movoice.fish
set -g __movoice_paths ${paths.map(quoted).join(' ')}
set -g __movoice_valued ${valued.map(quoted).join(' ')}
function __movoice_at
  set -l at ''
  set -l skip 0
  set -l given (commandline -opc)
  for word in $given[2..-1]
    if test $skip = 1
      set skip 0
    else if contains -- "$at $word" $__movoice_valued
      set skip 1
    else if contains -- "$at/$word" $__movoice_paths
      set at "$at/$word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c movoice -f
${nodes.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, commands, flags, argument }: Node): string[] {
  const here = `complete -c movoice -n ${quoted(`__movoice_at ${quoted(path)}`)}`
  return [
    ...commands.map(({ name, says }) => `${here} -a ${quoted(name)} -d ${quoted(says)}`),
    ...(argument === undefined
      ? []
      : [`${here} ${valueFlags(argument)}`.trimEnd()].filter(() => argument !== 'any')),
    ...flags.map(({ names, says, value }) => {
      const spelled = names.map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      )
      const after =
        value === undefined ? '' : ` ${value === 'file' ? '-r' : '-x'} ${valueFlags(value)}`.trimEnd()
      return `${here} ${spelled.join(' ')}${after} -d ${quoted(says)}`
    }),
  ]
}

function valueFlags(value: Value): string {
  if (value === 'file') return '-F'
  return value === 'any' ? '' : `-a ${quoted(value.join(' '))}`
}
