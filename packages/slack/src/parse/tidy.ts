// What Slack and keyboards do to a text on its way: links around numbers, entities, invisible marks, odd spaces.

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' }
// Direction marks and joiners that come along when a number is copied from a contact or a chat.
const INVISIBLE = /[\u00ad\u061c\u180e\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
// Joiners and variants belong to names in Hindi and to emoji, but never to a number.
const JOINERS = /\u034f|\u200c|\u200d|[\ufe00-\ufe0f]/g
// The one of no width is a space too: what it parts may be two things, and a number takes no harm from it.
const SPACES = /[\s\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\u2800]/g
const LINK = /<([^<>|]*)(?:\|([^<>]*))?>/g

/** What a link of Slack's stands for: the number of a `tel:` link, the label of any other. */
function linkText(target: string, label: string | undefined): string {
  const tel = /^tel:(.*)$/i.exec(target)
  if (tel !== null) {
    const number = decode(tel[1] ?? '')
    // A link that shows one number and holds another is two numbers, of which a person has to choose.
    return label !== undefined && isOther(number, label) ? `${number} ${label}` : number
  }
  if (/^(https?|mailto):/i.test(target)) return label ?? target.replace(/^mailto:/i, '')
  // Mentions (<@U…>, <#C…>, <!…>) stay as they are: they are never part of a number or a name.
  return label === undefined ? `<${target}>` : `<${target}|${label}>`
}

/** Whether a label is a number too, and not the same: the ends tell, as one may have a country and the other none. */
function isOther(number: string, label: string): boolean {
  const [ours, theirs] = [number.replace(/;.*/, ''), label].map((text) =>
    plainDigits(text).replace(/\D/g, ''),
  )
  return theirs !== undefined && theirs.length >= 7 && ours?.endsWith(theirs.slice(-7)) !== true
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * A text as its writer meant it: Slack's links and entities undone, invisible marks gone, every kind of space
 * a plain one.
 *
 * @example
 * tidy('<tel:+12025550101|+1 202\u00a0555 0101> name=R&amp;D') // '+12025550101 name=R&D'
 */
export function tidy(text: string): string {
  return text
    .replace(LINK, (_all, target: string, label?: string) => linkText(target, label))
    .replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .trim()
}

/** Text with every digit and dash of any script as the plain one, for reading numbers. */
export function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(JOINERS, '')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .replace(/\u2795/g, '+')
    .replace(/[\p{Pd}\u2212\u2043\u00b7]/gu, '-')
}

// Decimal digits of a script stand in a row of ten that begins at its zero (Unicode, section 4.6).
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0
  let zero = code
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return (code - zero) % 10
}
