import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { undiciSender } from '../delivery/undici-sender.ts'

test('an endpoint that nobody listens on is a failed attempt, and the process goes on', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const sender = undiciSender({ allowLoopback: true, allowPrivate: false })
  try {
    const receipt = await sender.send({
      url: `http://127.0.0.1:${port}/hook`,
      headers: {},
      body: '{}',
      signal: AbortSignal.timeout(15_000),
    })
    expect(receipt).toEqual({ kind: 'failed', error: 'ECONNREFUSED' })
  } finally {
    await sender.close()
  }
})
