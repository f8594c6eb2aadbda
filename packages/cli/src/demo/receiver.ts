import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { check } from '@movoice-kit/core/contract'
import { type CallEvent, callEvent, verifyDelivery } from '@movoice-kit/core/events'

/** A delivery as it came in, with what was found out about it. */
export interface Received {
  readonly event: CallEvent
  readonly deliveryId: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface Receiver {
  readonly url: string
  /** The secret of the subscription, known once it is made. */
  trust(secret: string): void
  /** Every verified delivery so far. */
  readonly received: readonly Received[]
  /** Deliveries that were refused, with the reason. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

const MAX_BODY = 1024 * 1024

/** A subscriber as anybody would write one: an HTTP server that checks the signature and takes the event. */
export async function createReceiver(now: () => number = Date.now): Promise<Receiver> {
  let secret = ''
  const received: Received[] = []
  const refused: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY) request.destroy()
      else chunks.push(chunk)
    })
    request.on('end', () => {
      try {
        const body = Buffer.concat(chunks)
        const { id } = verifyDelivery(body, request.headers, secret, { now: now() })
        const checked = check(callEvent, JSON.parse(body.toString('utf8')))
        if (!checked.ok) throw new Error('the body is no call event')
        received.push({ event: checked.value, deliveryId: id, at: now() })
        response.writeHead(204).end()
      } catch (error) {
        refused.push(error instanceof Error ? error.message : String(error))
        response.writeHead(401).end()
      }
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/calls`,
    trust: (given) => {
      secret = given
    },
    received,
    refused,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
