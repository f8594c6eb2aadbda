// A server in a process of its own, so that its work does not count as the client's.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { created } from '@movoice-kit/core/testing'

const body = JSON.stringify(created)
const server = createServer((request, answer) => {
  request.resume()
  request.on('end', () => {
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
    answer.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('disconnect', () => process.exit())
