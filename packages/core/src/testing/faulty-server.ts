import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { documentedErrors } from '../contract/errors.ts'
import { created } from './scripted.ts'

export interface SeenRequest {
  readonly method: string
  /** Without the behaviour's name in front. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A server on loopback that misbehaves as it is asked to: the first part of the path says how. */
export interface FaultyServer {
  readonly origin: string
  /** What came in, in order. */
  readonly requests: readonly SeenRequest[]
  /** How many clients went away before their answer was complete. */
  readonly abandoned: () => number
  close(): Promise<void>
}

const TEXT = 'Zoë booked ✓ 😀'
const PAGE = '<!doctype html><title>Bad gateway</title><p>Try again later.'
const MORE_THAN_ANY_ANSWER = 33 * 1024 * 1024

type Behaviour = (request: SeenRequest, answer: ServerResponse, socket: Socket, argument: string) => void

const json = (answer: ServerResponse, status: number, value: unknown, headers: object = {}) => {
  answer.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers })
  answer.end(JSON.stringify(value))
}

/** Every way a real server, or what stands before it, has been seen to behave. */
const behaviours = {
  /** Answers with what it was sent. */
  echo: ({ method, path, headers, body }, answer) => json(answer, 200, { method, path, headers, body }),
  /** Answers as the API does. */
  good: (_request, answer) => json(answer, 200, created),
  /** `status/429`: a documented error. */
  status: (_request, answer, _socket, status) => {
    const known = documentedErrors[Number(status) as keyof typeof documentedErrors]
    const headers = { 'retry-after': '7' }
    json(answer, Number(status), { error: { code: known?.code ?? 'odd', message: 'said so' } }, headers)
  },
  /** `plain/500`: as `status`, but without a word on when to come back. */
  plain: (_request, answer, _socket, status) => {
    const known = documentedErrors[Number(status) as keyof typeof documentedErrors]
    json(answer, Number(status), { error: { code: known?.code ?? 'odd', message: 'said so' } })
  },
  /** `page/502`: a proxy's page. */
  page: (_request, answer, _socket, status) => {
    answer.writeHead(Number(status), { 'content-type': 'text/html' })
    answer.end(PAGE)
  },
  empty: (_request, answer, _socket, status) => {
    answer.writeHead(Number(status))
    answer.end()
  },
  /** Half of the JSON, with a length that says it is whole. */
  cut: (_request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' })
    answer.end(JSON.stringify(created).slice(0, 20))
  },
  /** Text whose characters come in pieces. */
  pieces: (_request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' })
    const bytes = Buffer.from(JSON.stringify({ text: TEXT }))
    let at = 0
    const next = () => {
      if (at >= bytes.length) return void answer.end()
      answer.write(bytes.subarray(at, at + 1), () => setImmediate(next))
      at += 1
    }
    next()
  },
  gzip: (_request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    answer.end(gzipSync(JSON.stringify({ text: TEXT })))
  },
  /** `redirect/307`: to `/echo` on the same server, where nobody must arrive. */
  redirect: (_request, answer, _socket, status) => {
    answer.writeHead(Number(status), { location: '/echo/elsewhere' })
    answer.end()
  },
  /** The whole request was read, then the connection is reset. */
  reset: (_request, _answer, socket) => void socket.resetAndDestroy(),
  /** The whole request was read, then the connection ends in good order, without an answer. */
  hangup: (_request, _answer, socket) => void socket.end(),
  /** The answer breaks off in its body. */
  breaks: (_request, answer, socket) => {
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    answer.write('{"call_id":"call_1"', () => socket.resetAndDestroy())
  },
  /** Nothing is ever said. */
  silent: () => undefined,
  /** The body begins and never ends. */
  stalls: (_request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    answer.write('{"call_id":"call_1"')
  },
  huge: (_request, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    let left = MORE_THAN_ANY_ANSWER / chunk.length
    const next = (error?: Error | null) => {
      if (error || answer.destroyed) return
      if (left === 0) return void answer.end('{}')
      left -= 1
      answer.write(chunk, next)
    }
    next()
  },
} satisfies Record<string, Behaviour>

export type Misbehaviour = keyof typeof behaviours

/** The text that `pieces` and `gzip` send. */
export const SENT_TEXT = TEXT

/**
 * Starts a {@link FaultyServer}.
 *
 * @example
 * const server = await faultyServer()
 * await send({ url: `${server.origin}/status/429/call`, … })
 */
export async function faultyServer(): Promise<FaultyServer> {
  const requests: SeenRequest[] = []
  let gone = 0
  const server = createServer((incoming, answer) => {
    answer.on('close', () => {
      if (!answer.writableFinished) gone += 1
    })
    void handle(incoming, answer, requests)
  })
  await listen(server)
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    abandoned: () => gone,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function handle(incoming: IncomingMessage, answer: ServerResponse, requests: SeenRequest[]) {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const [, name = '', ...rest] = (incoming.url ?? '').split('/')
  const argument = /^\d+$/.test(rest[0] ?? '') ? (rest.shift() ?? '') : ''
  const seen = {
    method: incoming.method ?? '',
    path: `/${rest.join('/')}`,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  }
  requests.push(seen)
  const behaviour: Behaviour = Object.hasOwn(behaviours, name)
    ? behaviours[name as Misbehaviour]
    : behaviours.echo
  behaviour(seen, answer, incoming.socket, argument)
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve())
  })
}
