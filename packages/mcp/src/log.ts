import { redact } from '@movoice-kit/core/engine'

/** Writes what the server did: for whoever runs it, never for the client. */
export type Log = (event: string, fields?: Readonly<Record<string, unknown>>) => void

/**
 * One line of JSON an event, with phone numbers masked and the given secrets taken out, whatever field they are in.
 *
 * @example
 * jsonLog((line) => process.stderr.write(line), Date.now, [apiKey])('placed', { phone: '+12025550101' })
 * // {"time":"…","event":"placed","phone":"+12•••••••01"}
 */
export function jsonLog(
  write: (line: string) => unknown,
  now: () => number,
  secrets: readonly string[],
): Log {
  return (event, fields = {}) => {
    const line = JSON.stringify({ time: new Date(now()).toISOString(), event, ...fields })
    write(`${redact(line, secrets)}\n`)
  }
}
