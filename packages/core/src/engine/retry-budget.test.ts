import { describe, expect, it } from 'vitest'
import { Movoice } from '../client.ts'
import { KEY, VirtualClock } from '../testing/index.ts'
import { TransportFailure } from './transport.ts'

describe('in a total outage', () => {
  it.each([200, 1_000])('%d requests cost at most 1.2 times the traffic', async (count) => {
    const clock = new VirtualClock()
    let sent = 0
    const transport = async () => {
      sent += 1
      throw new TransportFailure('connect', 'no', 'ECONNREFUSED')
    }
    const movoice = new Movoice({ apiKey: KEY, transport, clock, random: () => 0.5 })
    for (let n = 0; n < count; n += 1) {
      await clock.run(movoice.calls.get('call_1').then(undefined, () => undefined))
    }
    expect(sent).toBeGreaterThan(count)
    expect(sent).toBeLessThanOrEqual(1.2 * count)
  })
})
