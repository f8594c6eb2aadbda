import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { explainListen, isCommandError, readPort } from './index.ts'

test.each(['', 'x', '-1', '65536', '80.5', '1e3'])('refuses "%s" as a port', (text) => {
  expect(() => readPort('--port', text)).toThrow('--port must be a port from 0 to 65535.')
})

test('reads a port', () => {
  expect(readPort('--port', '0')).toBe(0)
  expect(readPort('--port', ' 4010 ')).toBe(4010)
})

async function failureOf(host: string, port: number): Promise<unknown> {
  const server = createServer()
  const error = await new Promise((resolve) => {
    server.once('error', resolve)
    server.listen(port, host, () => resolve(undefined))
  })
  server.close()
  return error
}

test('says that a port is in use, and what to do', async () => {
  const first = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => first.once('listening', resolve))
  const address = first.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const explained = explainListen(await failureOf('127.0.0.1', port), '127.0.0.1', port)
  first.close()
  expect(isCommandError(explained) && `${explained.message} ${explained.hint}`).toBe(
    `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another with --port.`,
  )
})

test('says that an address is not of this machine', async () => {
  const explained = explainListen(await failureOf('192.0.2.1', 0), '192.0.2.1', 0)
  expect(isCommandError(explained) && explained.message).toBe('192.0.2.1 is no address of this machine.')
})

test('leaves other errors alone', () => {
  const error = new TypeError('odd')
  expect(explainListen(error, 'localhost', 1)).toBe(error)
})
