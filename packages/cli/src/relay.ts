import { type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import { baseUrlProblem } from '@movoice-kit/core/contract'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { HooksClient } from '@movoice-kit/hooks/client'
import { RELAY_HERE } from './commands/options.ts'

/** The address of the relay: a flag, else the environment, else this machine. */
export function relayUrl({ env }: Pick<CommandIo, 'env'>, flag: string, given: string | undefined): string {
  const named = (['HOOKS_URL', 'HOOKS_PUBLIC_URL'] as const).find((name) => (env[name]?.trim() ?? '') !== '')
  const url = given ?? (named === undefined ? RELAY_HERE : (env[named]?.trim() ?? ''))
  if (baseUrlProblem(url) === undefined) return url.replace(/\/+$/, '')
  const setting = given === undefined ? (named ?? flag) : flag
  throw new ConfigurationError(setting, 'must be an http or https URL')
}

/**
 * The client of the relay.
 *
 * @throws {@link ConfigurationError} naming what is missing or malformed
 */
export function relayOf(io: Pick<CommandIo, 'env'>, flag: string, given: string | undefined): HooksClient {
  const token = io.env.HOOKS_TOKEN?.trim() ?? ''
  if (token === '') {
    throw new ConfigurationError(
      'HOOKS_TOKEN',
      'is missing',
      'Set it to the token the relay was started with.',
    )
  }
  return new HooksClient({ url: relayUrl(io, flag, given), token, transport: fetchTransport() })
}
