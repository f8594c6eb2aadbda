import { en, type WordKey } from './en.ts'
import { hi } from './hi.ts'

export type Language = 'en' | 'hi'
/** A text, or one for each grammatical number of `{count}`. */
export type Text = string | { readonly one: string; readonly other: string }
export type Params = Readonly<Record<string, string | number | Mrkdwn>>

/** Text that is Slack's mrkdwn already: dates, mentions, links made here. */
export class Mrkdwn {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Text from outside, made harmless for mrkdwn: no mention, no link, no `<!channel>` comes through. */
export const escapeMrkdwn = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const tables: Readonly<Record<Language, Readonly<Record<WordKey, Text>>>> = { en, hi }
/** Thousands are written 1,000 and 1,00,000; digits are those of phones in both. */
const locales: Readonly<Record<Language, string>> = { en: 'en-US', hi: 'hi-IN-u-nu-latn' }

/** The language of a Slack locale such as `hi-IN`; English where there is none of ours. */
export const languageOf = (locale: string | undefined): Language =>
  locale?.toLowerCase().startsWith('hi') ? 'hi' : 'en'

/** The names of the app's two commands, with their slash. */
export interface CommandNames {
  readonly call: string
  readonly umbrella: string
}

/** Texts for one reader. */
export class Words {
  readonly language: Language
  readonly #names: CommandNames
  readonly #regions: Intl.DisplayNames
  readonly #numbers: Intl.NumberFormat
  readonly #plurals: Intl.PluralRules

  constructor(language: Language, names: CommandNames) {
    this.language = language
    this.#names = names
    const locale = locales[language]
    this.#regions = new Intl.DisplayNames([locale], { type: 'region' })
    this.#numbers = new Intl.NumberFormat(locale)
    this.#plurals = new Intl.PluralRules(locale)
  }

  /** For `plain_text`. */
  plain(key: WordKey, params: Params = {}): string {
    return this.#fill(key, params, (text) => text)
  }

  /** For `mrkdwn`: what is filled in is escaped, unless it is {@link Mrkdwn}. */
  mrkdwn(key: WordKey, params: Params = {}): string {
    return this.#fill(key, params, escapeMrkdwn)
  }

  country(code: string | undefined): string | undefined {
    return code === undefined ? undefined : this.#regions.of(code)
  }

  /** `1 min 23 sec`, `1 मिनट 23 सेकंड` */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds))
    const unit = (value: number, name: 'minute' | 'second') =>
      new Intl.NumberFormat(locales[this.language], {
        style: 'unit',
        unit: name,
        unitDisplay: this.language === 'hi' ? 'long' : 'short',
      }).format(value)
    const rest = unit(whole % 60, 'second')
    return whole < 60 ? rest : `${unit(Math.floor(whole / 60), 'minute')} ${rest}`
  }

  /** `A, B or C` */
  oneOf(names: readonly string[]): string {
    return new Intl.ListFormat(locales[this.language], { type: 'disjunction' }).format(names)
  }

  #fill(key: WordKey, params: Params, safe: (text: string) => string): string {
    const text = tables[this.language][key]
    const { count } = params
    const form = typeof count === 'number' && this.#plurals.select(count) === 'one' ? 'one' : 'other'
    return (typeof text === 'string' ? text : text[form]).replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = name === 'call' || name === 'umbrella' ? this.#names[name] : params[name]
      if (value === undefined) return whole
      if (value instanceof Mrkdwn) return value.text
      return safe(typeof value === 'number' ? this.#numbers.format(value) : value)
    })
  }
}

/**
 * A moment in the reader's own zone and manner.
 *
 * @param seconds Unix seconds
 */
export function dateMrkdwn(seconds: number): Mrkdwn {
  const whole = Math.floor(seconds)
  const fallback = `${new Date(whole * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  return new Mrkdwn(`<!date^${whole}^{date_short_pretty} {time}|${fallback}>`)
}

export const userMrkdwn = (userId: string): Mrkdwn => new Mrkdwn(`<@${userId.replace(/[^A-Z0-9]/gi, '')}>`)
export const channelMrkdwn = (channelId: string): Mrkdwn =>
  new Mrkdwn(`<#${channelId.replace(/[^A-Z0-9]/gi, '')}>`)
