/**
 * What every command of the kit ends with, so that a script can tell a wrong flag from a phone that may have rung.
 *
 * @example
 * if (code === exitCodes.unknown) console.error('Look at the list of calls before you try again.')
 */
export const exitCodes = {
  done: 0,
  /** Something went wrong that is none of the below. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** Movoice refused: no such agent, a bad key, too many calls. Nothing was placed. */
  refused: 3,
  /** Movoice could not be reached or failed; nothing was placed. */
  unavailable: 4,
  /** A call may have been placed. Look before trying again. */
  unknown: 5,
  /** Stopped by Ctrl-C or a signal. */
  interrupted: 130,
} as const

/** What a command of the kit may end with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
