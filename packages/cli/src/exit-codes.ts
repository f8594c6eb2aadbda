import { type ExitCode, exitCodes } from '@movoice-kit/core/command'

/** What every command can end with, for people: `movoice help exit-codes`, and docs/cli.md. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.done, 'done'],
  [exitCodes.failed, 'failed for a reason that is none of the below'],
  [exitCodes.usage, 'the command line or the configuration is wrong; nothing was done'],
  [exitCodes.refused, 'Movoice refused; nothing was placed'],
  [exitCodes.unavailable, 'Movoice could not be reached or failed; nothing was placed'],
  [exitCodes.unknown, 'a call may have been placed: look before you try again'],
  [exitCodes.interrupted, 'stopped by Ctrl-C'],
]

/** The table as text, one code a line. */
export const exitCodeLines = (): string =>
  exitCodeMeanings.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}\n`).join('')
