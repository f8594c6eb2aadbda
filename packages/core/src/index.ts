import { Movoice as BareMovoice, type MovoiceOptions as BareOptions } from './client.ts'
import { checkPhone } from './phone/phone.ts'
import { axiosTransport } from './transport/axios.ts'

/** Options of the client. */
export interface MovoiceOptions extends Omit<BareOptions, 'transport'> {
  /** axios if not given. */
  readonly transport?: BareOptions['transport'] | undefined
}

/**
 * The client for the Movoice API, over axios.
 *
 * @throws {@link ValidationError} if an option is wrong
 * @example
 * import { Movoice } from '@movoice-kit/core'
 * const movoice = new Movoice({ apiKey: process.env.MOVOICE_API_KEY })
 * const call = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
 * const done = await movoice.calls.waitUntilDone(call.call_id)
 * console.log(done.outcome, done.summary)
 */
export class Movoice extends BareMovoice {
  constructor(options: MovoiceOptions) {
    super({ checkPhone, ...options, transport: options.transport ?? axiosTransport() })
  }
}

export * from './contract/index.ts'
export * from './engine/index.ts'
export { checkPhone, type PhoneOptions, type PhoneReading, readPhone } from './phone/phone.ts'
export { systemClock } from './system-clock.ts'
export { type AxiosTransportOptions, axiosTransport } from './transport/axios.ts'
