import stringWidth from 'string-width'

export type Row = readonly (string | null | undefined)[]

/**
 * Lines up rows in columns. What is wider than `width` in all is cut in its last column, as that one holds prose.
 *
 * @example
 * table(['CALL', 'OUTCOME'], [['call_1', 'BOOKED']]) // 'CALL    OUTCOME\ncall_1  BOOKED'
 */
export function table(
  head: readonly string[],
  rows: readonly Row[],
  width = Number.POSITIVE_INFINITY,
): string {
  const cells = [head, ...rows].map((row) => head.map((_, column) => oneLine(row[column] ?? '')))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))))
  const last = head.length - 1
  const before = widths.slice(0, last).reduce((sum, one) => sum + one + 2, 0)
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === last
            ? cut(cell, Math.max(12, width - before))
            : cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell) + 2),
        )
        .join('')
        .trimEnd(),
    )
    .join('\n')
}

/** Breaks a text into lines of at most `width`, at its spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && stringWidth(last) + 1 + stringWidth(word) <= width) {
      lines[lines.length - 1] = `${last} ${word}`
    } else lines.push(word)
  }
  return lines
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** How wide a text's widest line is. */
export const widest = (text: string): number => Math.max(...text.split('\n').map((line) => stringWidth(line)))

/**
 * A text from outside as a terminal may be given it: what was said on a phone must not move the cursor, hide a line or
 * turn one around.
 */
export function printable(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]|[^\P{Cc}\n\t]/gu, '\uFFFD')
}

/** Cuts a line to what a terminal of this width shows without breaking it. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
