// A name that means one thing when it is saved and another when it is called. Nothing but loopback is dialled: every
// attempt to connect is watched, and a test that let one go elsewhere would fail by that.
import diagnostics from 'node:diagnostics_channel'
import type { LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { until } from '@movoice-kit/core/testing'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { undiciSender } from '../delivery/undici-sender.ts'
import { completed, Stage } from '../testing/start.ts'
import type { AddressPolicy } from './policy.ts'
import { targetProblem } from './target.ts'

const NAME = 'rebind.example.com'
const STRICT: AddressPolicy = { allowLoopback: false, allowPrivate: false }
/** Loopback stands in for the public internet here: it is what a test may dial. */
const LOOPBACK: AddressPolicy = { allowLoopback: true, allowPrivate: false }

const stage = new Stage()
afterEach(() => stage.end())

let heard = 0
const sink = createServer((request, response) => {
  heard += 1
  request.resume()
  // So that the next delivery has to connect anew.
  response.writeHead(200, { connection: 'close' }).end()
})
beforeAll(() => new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => sink.close(resolve)))

/** Addresses that a socket of this process began to connect to. */
const dialled: string[] = []
const watch = (message: unknown) => {
  const { socket } = message as { socket: Socket }
  socket.on('connectionAttempt', (address: string) => dialled.push(address))
}
beforeEach(() => {
  heard = 0
  dialled.length = 0
  diagnostics.subscribe('net.client.socket', watch)
})
afterEach(() => {
  diagnostics.unsubscribe('net.client.socket', watch)
})

const port = () => (sink.address() as AddressInfo).port
const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 })

/** A resolver that answers as it is told, one answer a look, and the last one ever after. */
function resolver(...answers: readonly (readonly string[])[]) {
  const state = { looks: 0 }
  const resolve = ((_name: string, _options: object, done: (e: null, found: LookupAddress[]) => void) => {
    const answer = answers[Math.min(state.looks, answers.length - 1)] ?? []
    state.looks += 1
    done(null, answer.map(address))
  }) as never
  return { state, resolve }
}

async function send(policy: AddressPolicy, answers: readonly (readonly string[])[], times = 1) {
  const { state, resolve } = resolver(...answers)
  const sender = undiciSender(policy, { resolve })
  const receipts = []
  for (let time = 0; time < times; time += 1) {
    const url = `http://${NAME}:${port()}/hook`
    receipts.push(await sender.send({ url, headers: {}, body: '{}', signal: AbortSignal.timeout(10_000) }))
  }
  await sender.close()
  return { receipts, looks: state.looks }
}

const REFUSED = { kind: 'failed', error: 'ADDRESS_NOT_ALLOWED' }

test('the name is public as far as anybody can see when it is saved', () => {
  expect(targetProblem(`https://${NAME}/hook`, STRICT)).toBeUndefined()
})

test.each([
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '::1',
  '::',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:127.0.0.1',
  '::ffff:10.1.2.3',
  '::ffff:a9fe:a9fe',
  '::ffff:0:127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '2002:7f00:1::1',
])('a name that leads to %s is refused, and nothing is dialled', async (where) => {
  const { receipts } = await send(STRICT, [[where]])
  expect(receipts).toEqual([REFUSED])
  expect([dialled, heard]).toEqual([[], 0])
})

test.each([
  [['93.184.216.34', '10.1.2.3']],
  [['10.1.2.3', '93.184.216.34']],
  [['2606:4700:4700::1111', '::ffff:169.254.169.254']],
  [['93.184.216.34', '93.184.216.35', '127.0.0.1']],
])(
  'of several addresses %j one forbidden is enough: none is dialled, not even the good ones',
  async (found) => {
    const { receipts } = await send(STRICT, [found])
    expect(receipts).toEqual([REFUSED])
    expect(dialled).toEqual([])
  },
)

test('a name that changes between two deliveries is looked at each time', async () => {
  const { receipts, looks } = await send(LOOPBACK, [['127.0.0.1'], ['10.1.2.3'], ['::ffff:10.1.2.3']], 3)
  expect(receipts).toMatchObject([{ kind: 'answered', status: 200 }, REFUSED, REFUSED])
  expect(looks).toBe(3)
  expect([dialled, heard]).toEqual([['127.0.0.1'], 1])
})

test('one look serves the check and the call, so there is no moment to change the answer between the two', async () => {
  const { receipts, looks } = await send(LOOPBACK, [['127.0.0.1'], ['10.1.2.3']])
  expect(receipts).toMatchObject([{ kind: 'answered', status: 200 }])
  expect(looks).toBe(1)
  expect(dialled).toEqual(['127.0.0.1'])
})

test('a name without any address is a failed attempt', async () => {
  expect((await send(STRICT, [[]])).receipts).toEqual([REFUSED])
})

test('through the whole server: saved while public, refused at every attempt, and the story says why', async () => {
  const { resolve } = resolver(['10.1.2.3'])
  const policy = { allowLoopback: false, allowPrivate: false }
  const running = await stage.hooks({
    publicUrl: 'https://hooks.example.com',
    sender: undiciSender(policy, { resolve }),
  })
  const { id } = await running.client.subscribe({ target_url: `https://${NAME}/hook`, event: '*' })
  expect(await running.client.test(id)).toMatchObject({ delivered: false, error: 'ADDRESS_NOT_ALLOWED' })
  const before = dialled.length
  await running.webhook(completed('call_1'))
  await until(async () => (await running.client.deliveries()).deliveries[0]?.attempts === 1)
  expect((await running.client.deliveries()).deliveries[0]).toMatchObject({
    status: 'pending',
    last_status: null,
    last_error: 'ADDRESS_NOT_ALLOWED',
  })
  expect(dialled.slice(before).filter((one) => one !== '127.0.0.1')).toEqual([])
  expect(heard).toBe(0)
})
