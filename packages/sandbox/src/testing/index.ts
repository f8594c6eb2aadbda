import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Movoice } from '@movoice-kit/core'
import { createSandbox, type SandboxOptions } from '../index.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any field of an answer, and fails if it is not there
  readonly json: any
}

/** A sandbox with a clock that stands still, a client for it, and its control routes. */
export async function started(options: SandboxOptions = {}) {
  const sandbox = await createSandbox({ speed: 0, plan: 'enterprise', ...options })
  const { baseUrl, controlUrl, apiKey } = sandbox
  const ask = async (method: string, url: string, body?: unknown, key = apiKey): Promise<Answered> => {
    const response = await fetch(url, {
      method,
      headers: {
        ...(key !== '' && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      json: text === '' ? undefined : JSON.parse(text),
    }
  }
  return {
    sandbox,
    movoice: new Movoice({ apiKey, baseUrl, maxRetries: 0 }),
    api: (method: string, path: string, body?: unknown, key?: string) =>
      ask(method, `${baseUrl}${path}`, body, key),
    control: (method: string, path: string, body?: unknown) => ask(method, `${controlUrl}${path}`, body),
    advance: async (seconds: number) => {
      await ask('POST', `${controlUrl}/advance`, { seconds })
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  }
}

export interface Received {
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly json: any
}

/** A receiver of webhooks that answers what it is told to. */
export async function receiver(answer: (received: Received, nth: number) => number = () => 200) {
  const got: Received[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      let json: unknown
      try {
        json = JSON.parse(body)
      } catch {
        // A body that is cut short on purpose is no JSON.
      }
      const received: Received = { headers: request.headers, body, json }
      got.push(received)
      response.writeHead(answer(received, got.length)).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    types: () => got.map(({ json }) => String(json?.event_type)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const call = (suffix: string, more: Record<string, unknown> = {}) => ({
  agent_id: 'agent_clinic',
  recipient_phone: `+120255501${suffix}`,
  ...more,
})
