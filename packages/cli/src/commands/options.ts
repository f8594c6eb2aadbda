import { type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import { Command, InvalidArgumentError, Option } from 'commander'

/** A command that speaks through its io and never ends the process by itself. */
export function commandFor(io: CommandIo, name: string): Command {
  return new Command(name)
    .exitOverride()
    .showSuggestionAfterError()
    .helpOption('-h, --help', 'print this')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
}

export const formats = ['table', 'json', 'csv'] as const
export type Format = (typeof formats)[number]

/** `-o json`, for every command that prints results. */
export const formatOption = () =>
  new Option('-o, --output <format>', 'how to print the result').choices(formats).default('table')

/** A whole number of 1 or more. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return Number(text)
}

/** A moment: Unix seconds, or a date and time with its zone; as Unix seconds. */
export function moment(text: string): number {
  if (/^\d{1,11}$/.test(text)) return Number(text)
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text)
  const at = hasZone ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) {
    throw new InvalidArgumentError(
      'It must be a time with its zone, such as 2027-01-31T10:00+05:30, or Unix seconds.',
    )
  }
  return Math.floor(at / 1000)
}

/** Collects `--var name=Asha` flags in an object. */
export function keyValue(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be name=value, such as name=Asha.')
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1) }
}

/**
 * Asks before something is done that cannot be undone. `--yes` is the answer where nobody can be asked.
 *
 * @throws {@link ConfigurationError} if there is nobody to ask
 */
export async function confirmed(io: CommandIo, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true
  if (io.ask === undefined) {
    throw new ConfigurationError('--yes', 'is missing: there is no terminal to ask on', 'Nothing was done.')
  }
  return /^\s*y(es)?\s*$/i.test(await io.ask(`${question} [y/N] `))
}

/** `--quiet`, for every command that says more than its result. */
export const quietOption = () => new Option('-q, --quiet', 'print results and errors, nothing else')

/** Words parted by commas, in one flag or in several. */
export function list(text: string, before: readonly string[] = []): string[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  if (words.length === 0) throw new InvalidArgumentError('It must be words parted by commas.')
  return [...before, ...words]
}

/** The address of something that takes requests. */
export function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('It must be an http or https URL.')
  }
  return text
}

/** Where a relay listens that was started without a word. */
export const RELAY_HERE = 'http://127.0.0.1:4020'
