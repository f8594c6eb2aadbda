import { casesOf } from './bash.ts'
import type { Node } from './tree.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
/** A word with what it does, as zsh parts them. */
const described = (name: string, says: string): string => quoted(`${name.replaceAll(':', '\\:')}:${says}`)

/** For zsh 5, sourced or as a file `_movoice` in a folder of `$fpath`. */
export function zshCompletion(nodes: readonly Node[]): string {
  const { paths, valued, files, chosen } = casesOf(nodes)
  return `#compdef movoice
# Completion of movoice for zsh: put this line in ~/.zshrc, after compinit
#   source <(movoice completion zsh)
_movoice() {
  local at='' word file='' prev=\${words[CURRENT-1]}
  local -a commands flags
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    case "$at $word" in
      (${valued}) i+=1; continue ;;
    esac
    case "$at/$word" in
      (${paths}) at="$at/$word" ;;
    esac
  done
  case "$at $prev" in
${chosen.map(({ at, words }) => `    (${at}) compadd -- ${words.map(quoted).join(' ')}; return ;;`).join('\n')}
    (${files}) _files; return ;;
    (${valued}) _message value; return ;;
  esac
  case "$at" in
${nodes
  .map(({ path, commands, argument, flags }) => {
    const words = [
      ...commands.map(({ name, says }) => described(name, says)),
      ...(typeof argument === 'object' ? argument.map((word) => described(word, '')) : []),
    ]
    const all = flags.flatMap(({ names, says }) => names.map((name) => described(name, says)))
    return `    (${quoted(path)})\n      commands=(${words.join(' ')})\n      flags=(${all.join(' ')})\n      file=${argument === 'file' ? '1' : "''"} ;;`
  })
  .join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then _describe -o flag flags
  elif [[ -n $file ]]; then _files
  else _describe command commands; fi
}
if [[ \${funcstack[1]} == _movoice ]]; then _movoice "$@"; else compdef _movoice movoice; fi
`
}
