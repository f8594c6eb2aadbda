import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Movoice } from '@movoice-kit/core/client'
import { expect, onTestFinished, test } from 'vitest'
import { findPlacedCall } from './placed-call.ts'
import { realZ } from './testing/z.ts'
import { zapierTransport } from './transport.ts'
import { within } from './within.ts'

test('a list without an end is given up in words', async () => {
  let page = 0
  const server = createServer((_request, response) => {
    page += 1
    const calls = Array.from({ length: 100 }, (_none, index) => ({
      call_id: `call_${page}_${index}`,
      status: 'active',
    }))
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ calls, has_more: true }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const movoice = new Movoice({
    apiKey: 'sk_sandbox_1',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    transport: zapierTransport(await realZ()),
  })
  const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
  const work = within(300, 'Narrow it.', (walk) => findPlacedCall(movoice, input, Date.now(), walk))
  await expect(work).rejects.toMatchObject({ name: 'TimeoutError', sent: 'no', hint: 'Narrow it.' })
})
