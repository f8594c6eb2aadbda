import type { Node } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
const either = (patterns: readonly string[]): string => patterns.map(quoted).join('|')

/** What may be typed where, in the words of `case`: shared by bash and zsh. */
export interface Cases {
  /** `/calls/list`: every command but the first. */
  readonly paths: string
  /** `/calls/list --output`: flags after which a value comes. */
  readonly valued: string
  /** Of those, the ones whose value is a file. */
  readonly files: string
  /** Of those, the ones whose value is one of a few words. */
  readonly chosen: readonly { readonly at: string; readonly words: readonly string[] }[]
}

export function casesOf(nodes: readonly Node[]): Cases {
  const flags = nodes.flatMap(({ path, flags }) =>
    flags.flatMap(({ names, value }) => names.map((name) => ({ at: `${path} ${name}`, value }))),
  )
  const valued = flags.filter(({ value }) => value !== undefined)
  return {
    paths: either(nodes.map(({ path }) => path).filter((path) => path !== '')),
    valued: either(valued.map(({ at }) => at)),
    files: either(valued.filter(({ value }) => value === 'file').map(({ at }) => at)),
    chosen: valued.flatMap(({ at, value }) =>
      typeof value === 'object' ? [{ at: quoted(at), words: value }] : [],
    ),
  }
}

/** The words that may come next after a command, other than flags. */
export const wordsAfter = ({ commands, argument }: Node): readonly string[] => [
  ...commands.map(({ name }) => name),
  ...(typeof argument === 'object' ? argument : []),
]

/** For bash 3.2 and newer, with nothing else installed. */
export function bashCompletion(nodes: readonly Node[]): string {
  const { paths, valued, files, chosen } = casesOf(nodes)
  return `# Completion of movoice for bash: put this line in ~/.bashrc
#   source <(movoice completion bash)
_movoice() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at='' word i words='' flags='' file=''
  COMPREPLY=()
  # bash makes three words of --output=json.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$at $word" in
      ${valued}) [[ \${COMP_WORDS[i+1]} == = ]] && i=$((i + 1)); i=$((i + 1)); continue ;;
    esac
    case "$at/$word" in
      ${paths}) at="$at/$word" ;;
    esac
  done
  case "$at $prev" in
${chosen.map(({ at, words }) => `    ${at}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$cur")); return ;;`).join('\n')}
    ${files}) local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    ${valued}) return ;;
  esac
  case "$at" in
${nodes
  .map((node) => {
    const flags = node.flags.flatMap(({ names }) => names).filter((name) => name.startsWith('--'))
    const file = node.argument === 'file' ? ' file=1' : ''
    return `    ${quoted(node.path)}) words=${quoted(wordsAfter(node).join(' '))} flags=${quoted(flags.join(' '))}${file} ;;`
  })
  .join('\n')}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $file ]]; then local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur"))
  else COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o filenames -F _movoice movoice
`
}
