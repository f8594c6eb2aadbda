// Endpoints that mean harm, or are broken: each costs one attempt, in bounded time and memory.
import { createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Cancellation } from '@movoice-kit/core/engine'
import { afterEach, expect, test } from 'vitest'
import { Stage } from '../testing/start.ts'
import { undiciSender } from './undici-sender.ts'

const stage = new Stage()
afterEach(() => stage.end())

/** Asks an endpoint that does with the connection what it likes. */
async function ask(act: (socket: Socket) => void, ms = 5_000) {
  let read = 0
  let written = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => act(socket))
    socket.on('close', () => {
      written += socket.bytesWritten
      read += socket.bytesRead
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stage.defer(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const sender = undiciSender({ allowLoopback: true, allowPrivate: false })
  stage.defer(() => sender.close())
  const stop = new Cancellation()
  const timer = setTimeout(() => stop.cancel(), ms)
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`
  const receipt = await sender.send({ url, headers: {}, body: '{}', signal: stop.signal })
  clearTimeout(timer)
  return { receipt, sockets, sent: () => ({ read, written }) }
}

const answered = (status: number, text: string, retryAfter?: string) => ({
  kind: 'answered',
  status,
  retryAfter,
  text,
})
const repeat = (socket: Socket, text: string, everyMs = 1) => {
  const timer = setInterval(() => socket.write(text), everyMs)
  socket.on('close', () => clearInterval(timer))
}

test('an answer without end is cut, and its status counts', async () => {
  const { receipt, sent, sockets } = await ask((socket) => {
    socket.write('HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n')
    repeat(socket, `4000\r\n${'x'.repeat(0x4000)}\r\n`)
  })
  expect(receipt).toEqual(answered(500, 'x'.repeat(512)))
  await expect.poll(() => [...sockets].every(({ destroyed }) => destroyed)).toBe(true)
  expect(sent().written).toBeLessThan(8 * 1024 * 1024)
})

test.each([
  ['whose body comes byte by byte', 'HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n', 'x'],
  ['whose headers never end', 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'],
  ['that never begins', '', ''],
])('an answer %s is a failure once its time is over', async (_what, first, then) => {
  const { receipt } = await ask((socket) => {
    socket.write(first)
    repeat(socket, then, 20)
  }, 300)
  expect(receipt).toEqual({ kind: 'failed', error: 'timeout' })
})

test('answers before the answer are passed over, but not for ever', async () => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
  const few = await ask((socket) =>
    socket.end(`${hint.repeat(3)}HTTP/1.1 202 Yes\r\ncontent-length: 2\r\n\r\nok`),
  )
  expect(few.receipt).toEqual(answered(202, 'ok'))
  const flood = await ask((socket) => repeat(socket, hint.repeat(100)))
  expect(flood.receipt).toEqual({ kind: 'failed', error: 'too many interim answers' })
  await expect.poll(() => [...flood.sockets].every(({ destroyed }) => destroyed)).toBe(true)
})

test('what is packed stays packed', async () => {
  const packed = gzipSync(Buffer.alloc(20_000_000))
  const { receipt } = await ask((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`)
    socket.end(packed)
  })
  expect(receipt).toMatchObject({ kind: 'answered', status: 200 })
})

test.each([
  ['breaks off in the middle', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf'],
  ['changes the protocol', 'HTTP/1.1 101 Go\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'],
  ['has headers without measure', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`],
  ['speaks something else', 'SSH-2.0-OpenSSH\r\n'],
  ['has a status that is none', 'HTTP/1.1 000 X\r\ncontent-length: 0\r\n\r\n'],
])('an endpoint that %s has taken nothing', async (_what, text) => {
  const { receipt } = await ask((socket) => {
    socket.write(text)
    setTimeout(() => socket.resetAndDestroy(), 50)
  })
  expect(receipt).toMatchObject({ kind: 'failed' })
})

test('a redirect is told as it is, and not followed', async () => {
  const { receipt, sockets } = await ask((socket) =>
    socket.end('HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
  )
  expect(receipt).toEqual(answered(307, ''))
  expect(sockets.size).toBe(1)
})
