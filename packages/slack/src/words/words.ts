import { en, type WordKey } from './en.ts'
import { hi } from './hi.ts'

export type Language = 'en' | 'hi'
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

const tables: Readonly<Record<Language, Readonly<Record<WordKey, string>>>> = { en, hi }

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

  constructor(language: Language, names: CommandNames) {
    this.language = language
    this.#names = names
    this.#regions = new Intl.DisplayNames([language], { type: 'region' })
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

  #fill(key: WordKey, params: Params, safe: (text: string) => string): string {
    return tables[this.language][key].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = name === 'call' || name === 'umbrella' ? this.#names[name] : params[name]
      if (value === undefined) return whole
      return value instanceof Mrkdwn ? value.text : safe(String(value))
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
