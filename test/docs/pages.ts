import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Every page for people, by its path from the root: a new one is held to the same as soon as it is there. */
export const pages: readonly string[] = globSync(
  [
    '*.md',
    '.github/**/*.md',
    'docs/**/*.md',
    'examples/**/*.md',
    'packages/*/README.md',
    'packages/*/docs/**/*.md',
  ],
  { cwd: root, exclude: (path) => path.includes('node_modules') || path.includes('dist') },
).sort()

const texts = new Map<string, string>()

export function read(page: string): string {
  const known = texts.get(page) ?? readFileSync(join(root, page), 'utf8')
  texts.set(page, known)
  return known
}

export interface Block {
  readonly page: string
  /** Of its first line of code, from 1. */
  readonly line: number
  /** What stands behind the fence; empty if nothing does, or if the block is indented. */
  readonly language: string
  readonly code: string
  /** The last line of words before it. */
  readonly before: string
}

/** The code blocks of a page, fenced or indented. */
export function blocksOf(page: string): Block[] {
  const found: Block[] = []
  const lines = read(page).split('\n')
  let before = ''
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const fence = /^(\s*)```(\w*)\s*$/.exec(line)
    const indented = /^ {4}\S/.test(line) && (lines[at - 1] ?? '').trim() === ''
    if (fence === null && !indented) {
      if (line.trim() !== '') before = line
      continue
    }
    const first = fence === null ? at : at + 1
    let end = first
    if (fence !== null) {
      while (end < lines.length && (lines[end] ?? '').trim() !== '```') end += 1
    } else {
      while (/^ {4}/.test(lines[end] ?? '')) end += 1
    }
    const margin = fence === null ? 4 : (fence[1] ?? '').length
    const code = lines.slice(first, end).map((one) => one.slice(margin))
    found.push({ page, line: first + 1, language: fence?.[2] ?? '', code: code.join('\n'), before })
    at = fence === null ? end - 1 : end
  }
  return found
}

/** A page's words without its code blocks. */
export function proseOf(page: string): string {
  return read(page).replace(/^\s*```[\s\S]*?^\s*```\s*$/gm, '')
}

/** What GitHub makes of a page's headings, for links to point at. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, title = ''] of proseOf(page).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = title.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`/g, '')
    const slug = words
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replace(/ /g, '-')
    let name = slug
    for (let n = 1; anchors.has(name); n += 1) name = `${slug}-${n}`
    anchors.add(name)
  }
  for (const [, name = ''] of read(page).matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(name)
  return anchors
}
