export interface Token {
  readonly text: string
  /** For `key=value`: the key, as written. */
  readonly key?: string
  readonly quoted: boolean
}

export type Tokens =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly problem: 'unclosed_quote'; readonly at: string }

const DOUBLE = '"“”„‟«»″＂'
const SINGLE_OPEN = "'‘‚‛＇"
const SINGLE_CLOSE = "'’＇"
// Whoever lives in terminals writes --name=Asha.
const KEY = /^(?:--)?([\p{L}_][\p{L}\p{M}\p{N}_.-]{0,63})\s*[=＝]/u

/** Where a quoted text that begins at `start` ends, or -1: curly quotes close whatever opened, and may be unlike. */
function closing(text: string, start: number): number {
  const open = text[start] ?? ''
  const closers = DOUBLE.includes(open) ? DOUBLE : SINGLE_CLOSE
  for (let at = start + 1; at < text.length; at += 1) {
    if (!closers.includes(text[at] ?? '')) continue
    // An apostrophe inside a word closes nothing.
    if (closers === DOUBLE || at + 1 >= text.length || text[at + 1] === ' ') return at
  }
  return -1
}

const isQuote = (char: string | undefined): boolean =>
  char !== undefined && char !== '' && (DOUBLE.includes(char) || SINGLE_OPEN.includes(char))

/**
 * Splits a command's text into words, quoted texts and `key=value` pairs.
 *
 * @example
 * tokenize('+12025550101 clinic name=“Asha Rao”')
 * // { ok: true, tokens: [{ text: '+12025550101' … }, { text: 'clinic' … }, { key: 'name', text: 'Asha Rao' … }] }
 */
export function tokenize(text: string): Tokens {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (text[at] === ' ') {
      at += 1
      continue
    }
    const key = KEY.exec(text.slice(at))
    let name: string | undefined
    if (key?.[1] !== undefined && !/\s/.test(key[0])) {
      name = key[1]
      at += key[0].length
    }
    const pair = name === undefined ? {} : { key: name }
    if (isQuote(text[at])) {
      const end = closing(text, at)
      if (end === -1) return { ok: false, problem: 'unclosed_quote', at: text.slice(at, at + 20) }
      tokens.push({ text: text.slice(at + 1, end), quoted: true, ...pair })
      at = end + 1
      continue
    }
    let end = text.indexOf(' ', at)
    if (end === -1) end = text.length
    tokens.push({ text: text.slice(at, end), quoted: false, ...pair })
    at = end
  }
  return { ok: true, tokens }
}
