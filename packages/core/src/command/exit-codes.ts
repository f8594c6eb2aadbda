/**
 * What every command of the kit ends with, so that a script can tell a wrong flag from a phone that may have rung.
 *
 * @example
 * movoice call +12025550101 --agent agent_clinic --yes || [ $? -ne 5 ] || echo 'look before you call again'
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

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
