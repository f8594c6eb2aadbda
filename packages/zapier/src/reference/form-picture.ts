import { type ShownField, shownFields, typeOf } from './fields-page.ts'

const WIDTH = 560
const PAD = 20
const LINE = 16
const CHARS_PER_LINE = 82

/**
 * A step's form as an SVG picture, drawn from its definition: labels, what is required, kinds, placeholders, defaults and
 * help texts. It says itself that it is no picture of Zapier's editor.
 */
export function formPicture(title: string, fields: unknown): string {
  const parts: string[] = []
  let y = 64
  for (const shown of shownFields(fields)) {
    const { svg, height } = row(shown, y)
    parts.push(svg)
    y += height
  }
  const height = y + 16
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(`Fields of ${title}`)}" font-family="system-ui, sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" rx="10" fill="#fffdf9" stroke="#d7d3cc"/>`,
    text(PAD, 30, title, 'font-size="17" font-weight="600" fill="#201515"'),
    text(PAD, 48, 'Drawn from the definitions of the app; the editor of Zapier looks different.', SMALL),
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

const SMALL = 'font-size="11.5" fill="#6b6560"'

function row({ field, depth }: ShownField, top: number): { svg: string; height: number } {
  const left = PAD + depth * 24
  const label = `${field.label ?? field.key}`
  const required =
    field.required === true ? `<tspan fill="#b3261e" font-weight="400"> (required)</tspan>` : ''
  const svg = [
    `<text x="${left}" y="${top + 14}" font-size="13" font-weight="600" fill="#201515">${escaped(label)}${required}</text>`,
    text(WIDTH - PAD, top + 14, typeOf(field), `${SMALL} text-anchor="end"`),
  ]
  let y = top + 22
  if (field.children === undefined) {
    const inside = field.default ?? field.placeholder ?? (field.type === 'password' ? '••••••••' : '')
    const color = field.default === undefined ? '#9a948d' : '#201515'
    svg.push(
      `<rect x="${left}" y="${y}" width="${WIDTH - PAD - left}" height="28" rx="5" fill="#ffffff" stroke="#b5b0a8"/>`,
      ...(inside === '' ? [] : [text(left + 10, y + 19, inside, `font-size="12.5" fill="${color}"`)]),
      ...(field.dynamic === undefined && field.choices === undefined
        ? []
        : [
            `<path d="M${WIDTH - PAD - 20} ${y + 11}l5 6 5-6" fill="none" stroke="#6b6560" stroke-width="1.5"/>`,
          ]),
    )
    y += 28
  }
  for (const line of wrap(
    (field.helpText ?? '').replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('`', ''),
  )) {
    y += LINE
    svg.push(text(left, y, line, SMALL))
  }
  return { svg: svg.join('\n'), height: y + 18 - top }
}

const text = (x: number, y: number, words: string, style: string): string =>
  `<text x="${x}" y="${y}" ${style}>${escaped(words)}</text>`

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function wrap(words: string): string[] {
  const lines: string[] = []
  for (const word of words.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length + 1 > CHARS_PER_LINE) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
