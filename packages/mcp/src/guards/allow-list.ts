import { ConfigurationError } from '@movoice-kit/core/command'
import { E164 } from '@movoice-kit/core/contract'

const PREFIX = /^\+[1-9]\d{0,14}\*$/

/** Numbers that may be called: whole ones, and prefixes. */
export interface AllowList {
  readonly entries: readonly string[]
  permits(e164: string): boolean
}

/**
 * Reads a list of numbers in E.164 form; one that ends in `*` stands for all that begin with it. `undefined` for an
 * empty text: then every number may be called that somebody confirms.
 *
 * @param setting what to name in the error: a flag or an environment variable
 * @throws {@link ConfigurationError} naming the first entry that is neither
 * @example
 * readAllowList('--allow', '+12025550101, +91*')?.permits('+919876543210') // true
 */
export function readAllowList(setting: string, text: string | undefined): AllowList | undefined {
  const entries = (text ?? '')
    .split(/[\s,]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  if (entries.length === 0) return undefined
  const wrong = entries.find((entry) => !E164.test(entry) && !PREFIX.test(entry))
  if (wrong !== undefined) {
    const place = entries.indexOf(wrong) + 1
    throw new ConfigurationError(
      setting,
      `has an entry (the ${ordinal(place)}) that is neither a number such as +12025550101 nor a prefix such as +1202555*`,
    )
  }
  const whole = new Set(entries.filter((entry) => !entry.endsWith('*')))
  const prefixes = entries.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1))
  return {
    entries,
    permits: (e164) => whole.has(e164) || prefixes.some((prefix) => e164.startsWith(prefix)),
  }
}

function ordinal(place: number): string {
  const rules = new Intl.PluralRules('en', { type: 'ordinal' })
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' }
  return `${place}${endings[rules.select(place)] ?? 'th'}`
}
