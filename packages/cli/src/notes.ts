import type { CommandIo } from '@movoice-kit/core/command'
import { terminalWidth } from './screen.ts'
import { wrap } from './table.ts'

/** Says something that is no result: on stderr, unless it is to be quiet. */
export function notesOf(
  { stderr }: Pick<CommandIo, 'stderr'>,
  { quiet = false }: { readonly quiet?: boolean },
): (line: string) => void {
  return (line) => {
    if (quiet) return
    const width = terminalWidth(stderr)
    const lines = width === undefined ? [line] : wrap(line, width - 1)
    stderr.write(`${lines.join('\n')}\n`)
  }
}
