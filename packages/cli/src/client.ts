import { Movoice } from '@movoice-kit/core'
import { type CommandIo, readMovoiceSettings } from '@movoice-kit/core/command'

/**
 * The client for the account that the environment names.
 *
 * @throws {@link ConfigurationError} naming what is missing or malformed
 */
export function clientOf({ env, clock }: Pick<CommandIo, 'env' | 'clock'>): Movoice {
  const { apiKey, baseUrl, plan } = readMovoiceSettings(env, 'apiKey')
  return new Movoice({ apiKey, baseUrl, plan, clock, userAgent: 'movoice-cli' })
}
