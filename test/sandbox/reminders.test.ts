import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Movoice } from '@movoice-kit/core'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Reminders } from './reminders.ts'

const secret = 'whsec_test'
let sandbox: Sandbox
let reminders: Reminders
let server: Server
let down: boolean

beforeEach(async () => {
  down = false
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (!down) reminders.receive(body, request.headers)
    response.writeHead(down ? 503 : 204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  sandbox = await createSandbox({ speed: 0, webhook: { url: `http://127.0.0.1:${port}/`, secret } })
  reminders = new Reminders(new Movoice({ apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl }), secret)
})

afterEach(async () => {
  await sandbox.close()
  await new Promise((resolve) => server.close(resolve))
})

test('a patient who takes the appointment is booked', async () => {
  await reminders.call({ name: 'Asha', phone: '+12025550101' })
  await sandbox.advance(120)
  expect(reminders.booked).toEqual(['Asha'])
})

test('one who does not pick up is not', async () => {
  await reminders.call({ name: 'Ravi', phone: '+12025550102' })
  await sandbox.advance(120)
  expect(reminders.notReached).toEqual(['Ravi'])
})

test('a webhook that comes three times counts once', async () => {
  await reminders.call({ name: 'Asha', phone: '+12025550115' })
  await sandbox.advance(120)
  expect(reminders.booked).toEqual(['Asha'])
})

test('a connection that breaks after the call was placed rings nobody twice', async () => {
  sandbox.fault({ path: '/call', kind: 'reset', when: 'after' })
  await reminders.call({ name: 'Asha', phone: '+12025550101' })
  await sandbox.advance(120)
  expect(sandbox.rings()).toHaveLength(1)
  expect(reminders.booked).toEqual(['Asha'])
})

test('while our server was down for ten minutes, nothing was lost', async () => {
  down = true
  await reminders.call({ name: 'Asha', phone: '+12025550101' })
  await sandbox.advance(600)
  down = false
  await sandbox.advance(3600)
  expect(reminders.booked).toEqual(['Asha'])
})
