import { type ClientOptions, MovoiceClient } from './engine/client.ts'
import type { Clock, Random } from './engine/clock.ts'
import type { Transport } from './engine/transport.ts'
import { systemClock } from './system-clock.ts'

/** Options of the client without axios. */
export interface MovoiceOptions extends ClientOptions {
  readonly transport: Transport
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
}

/**
 * The client without axios: hand in a transport, such as `fetchTransport()` from `@movoice-kit/core/fetch`.
 *
 * @throws {@link ValidationError} if an option is wrong
 * @example
 * import { Movoice } from '@movoice-kit/core/client'
 * import { fetchTransport } from '@movoice-kit/core/fetch'
 * const movoice = new Movoice({ apiKey: process.env.MOVOICE_API_KEY, transport: fetchTransport() })
 */
export class Movoice extends MovoiceClient {
  constructor({ transport, clock = systemClock, random = Math.random, ...options }: MovoiceOptions) {
    super(options, { transport, clock, random })
  }
}

export * from './engine/index.ts'
export { systemClock } from './system-clock.ts'
