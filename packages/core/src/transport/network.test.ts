import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { generate } from 'selfsigned'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Movoice } from '../client.ts'
import { created, KEY } from '../testing/index.ts'
import { axiosTransport } from './axios.ts'
import { fetchTransport } from './fetch.ts'

const input = { agent_id: 'agent_a', recipient_phone: '+12025550101' }
const portOf = (server: Server) => (server.address() as AddressInfo).port
const listening = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))

let api: Server
/** The certificate that no machine trusts by itself. */
let authority: string
let proxy: Server
/** What the proxy could see: the lines with which it was asked, and the first bytes that went through. */
const seen: string[] = []

beforeAll(async () => {
  const names = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ] as const
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [...names] },
    ],
  })
  authority = made.cert
  const tls = { key: made.private, cert: made.cert }
  api = createTlsServer(tls, (request, answer) => {
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify(request.headers.authorization === `Bearer ${KEY}` ? created : {}))
  })
  proxy = createServer((request, answer) => {
    seen.push(`${request.method} ${request.url}`)
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(created))
  })
  proxy.on('connect', (request, client) => {
    seen.push(`CONNECT ${request.url} ${JSON.stringify(request.headers)}`)
    const [host, port] = (request.url ?? '').split(':')
    const upstream = connect(Number(port), host === 'localhost' ? '127.0.0.1' : host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.on('data', (bytes: Buffer) => seen.push(bytes.toString('latin1')))
      client.pipe(upstream).pipe(client)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  await Promise.all([listening(api), listening(proxy)])
})
afterAll(() => {
  for (const server of [api, proxy]) {
    server.close()
    server.closeAllConnections()
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
  seen.length = 0
})

const clientOf = (transport = axiosTransport({ ca: authority })) =>
  new Movoice({ apiKey: KEY, transport, baseUrl: `https://localhost:${portOf(api)}/v1` })

describe('a custom certificate authority', () => {
  it('is trusted when it is given', async () => {
    await expect(clientOf().calls.create(input)).resolves.toEqual(created)
  })

  it.each([
    ['axios', axiosTransport()],
    ['fetch', fetchTransport()],
  ])('is refused by %s when it is not, with nothing sent and no second try', async (_name, transport) => {
    await expect(clientOf(transport).calls.create(input)).rejects.toMatchObject({
      code: 'tls_failed',
      sent: 'no',
      attempts: 1,
    })
  })

  it.each([
    ['axios', axiosTransport()],
    ['fetch', fetchTransport()],
  ])('https to a server that speaks http is told from a lost answer by %s', async (_name, transport) => {
    const movoice = new Movoice({
      apiKey: KEY,
      transport,
      baseUrl: `https://localhost:${portOf(proxy)}/v1`,
      maxRetries: 0,
    })
    await expect(movoice.calls.create(input)).rejects.toMatchObject({ code: 'tls_failed', sent: 'no' })
  })
})

describe('a connection that does not come to stand', () => {
  it('proves that nothing was sent', async () => {
    // Takes the connection and never says a word of TLS.
    const sockets: Socket[] = []
    const mute = createTcpServer((socket) => void sockets.push(socket))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const port = (mute.address() as AddressInfo).port
    const transport = axiosTransport({ connectTimeoutMs: 100 })
    const movoice = new Movoice({
      apiKey: KEY,
      transport,
      maxRetries: 1,
      baseUrl: `https://localhost:${port}/v1`,
    })
    await expect(movoice.calls.create(input)).rejects.toMatchObject({
      code: 'connect_failed',
      sent: 'no',
      attempts: 2,
    })
    expect(sockets).toHaveLength(2)
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => mute.close(resolve))
  })

  it('leaves one alone that stands, however long the answer takes', async () => {
    const slow = createServer((_request, answer) => {
      setTimeout(() => answer.setHeader('content-type', 'application/json').end(JSON.stringify(created)), 400)
    })
    await listening(slow)
    const transport = axiosTransport({ connectTimeoutMs: 200 })
    const movoice = new Movoice({ apiKey: KEY, transport, baseUrl: `http://127.0.0.1:${portOf(slow)}/v1` })
    await expect(movoice.calls.create(input)).resolves.toEqual(created)
    slow.close()
    slow.closeAllConnections()
  })
})

describe('a proxy from the environment', () => {
  it('carries https through a tunnel, in which it sees nothing', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${portOf(proxy)}`)
    vi.stubEnv('NO_PROXY', '')
    await expect(clientOf().calls.create(input)).resolves.toEqual(created)
    expect(seen[0]).toMatch(new RegExp(`^CONNECT localhost:${portOf(api)} `))
    expect(seen.join('\n')).not.toContain(KEY)
  })

  it('is passed by where NO_PROXY says so', async () => {
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${portOf(proxy)}`)
    vi.stubEnv('NO_PROXY', 'localhost')
    await expect(clientOf().calls.create(input)).resolves.toEqual(created)
    expect(seen).toEqual([])
  })

  it('that is not there proves that nothing was sent', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1')
    vi.stubEnv('NO_PROXY', '')
    const movoice = new Movoice({
      apiKey: KEY,
      transport: axiosTransport(),
      maxRetries: 0,
      baseUrl: 'https://localhost:9/v1',
    })
    await expect(movoice.calls.create(input)).rejects.toMatchObject({ code: 'connect_failed', sent: 'no' })
  })
})
