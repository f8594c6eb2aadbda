import { CommandError, ConfigurationError } from './command-error.ts'
import { exitCodes } from './exit-codes.ts'

/**
 * Reads a port from a flag or the environment: 0 to 65535, where 0 is any that is free.
 *
 * @throws {@link ConfigurationError} naming the setting
 * @example
 * readPort('--port', '4010') // 4010
 */
export function readPort(setting: string, text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new ConfigurationError(setting, 'must be a port from 0 to 65535')
  return port
}

/**
 * Why a server could not listen, as a sentence with a next step; any other error comes back as it is.
 *
 * @example
 * await app.listen({ host, port }).catch((error) => { throw explainListen(error, host, port) })
 */
export function explainListen(error: unknown, host: string, port: number): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  switch (code) {
    case 'EADDRINUSE':
      return new CommandError(`Port ${port} on ${host} is in use.`, {
        hint: 'Stop what listens there, or choose another with --port.',
      })
    case 'EACCES':
      return new CommandError(`Port ${port} needs rights this user does not have.`, {
        hint: 'Choose one above 1023 with --port.',
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new CommandError(`${host} is no address of this machine.`, {
        hint: 'Choose another with --host: 127.0.0.1 is for this machine only, 0.0.0.0 for all that reach it.',
        exitCode: exitCodes.usage,
      })
    default:
      return error
  }
}
