// Ways to make the server call what only the inside of a network may call. What leads to this machine is tried for
// real, against a sink that must hear nothing; every other address is only classified, and nobody dials it.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addressKind, Receiver, Stage, targetProblem, undiciSender, until } from '@movoice-kit/hooks/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { report } from './report.ts'

const strict = { allowLoopback: false, allowPrivate: false }
let sink: Server
let port = 0
let heard = 0
beforeAll(async () => {
  sink = createServer((_request, response) => {
    heard += 1
    response.end()
  })
  sink.on('connection', () => {
    heard += 1
  })
  // On every address of this machine that is loopback, old and new.
  await new Promise<void>((resolve, reject) => {
    sink.once('error', reject)
    sink.listen(0, '127.0.0.1', resolve)
  })
  port = (sink.address() as AddressInfo).port
})
afterAll(() => new Promise((resolve) => sink.close(resolve)))

const stage = new Stage()
afterEach(() => stage.end())

/** Hosts that mean this machine, as people who want in write them. */
const loopback = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '0177.0.0.1',
  '0177.0.0.01',
  '017700000001',
  '00000177.00.00.01',
  '127.0.0.1.',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  '127.0.0.1%2e',
  '%31%32%37.0.0.1',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '127．0．0．1',
  '0',
  '0.0.0.0',
  '[::]',
  '[::ffff:0.0.0.0]',
]

/** Hosts inside other networks. Nobody dials these. */
const inside = [
  '10.0.0.1',
  '10.255.255.255',
  '167772161',
  '012.0.0.1',
  '172.16.0.1',
  '172.31.255.254',
  '192.168.0.1',
  '0xc0a80001',
  '100.64.0.1',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.170.2',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2002:a9fe:a9fe::]',
  '[2001:0:a9fe:a9fe::]',
  'metadata.google.internal',
  'printer.local',
  'db.corp',
]

/** Whole URLs that are no target whatever the host. */
const odd = [
  'file:///etc/passwd',
  'ftp://example.com/',
  'gopher://127.0.0.1:70/',
  'javascript:alert(1)',
  'data:text/plain,x',
  'https://user:secret@example.com/',
  'http://example.com/',
  '//127.0.0.1/',
  'https://',
  '',
]

test('there are more than forty forms', () => {
  expect(new Set([...loopback, ...inside, ...odd]).size).toBeGreaterThan(80)
})

describe('none can be saved', () => {
  test.each([...loopback, ...inside])('%s', (host) => {
    for (const scheme of ['https', 'http']) {
      expect(targetProblem(`${scheme}://${host}:${port}/hook`, strict)).toEqual(expect.any(String))
    }
  })
  test.each(odd)('%s', (url) => expect(targetProblem(url, strict)).toEqual(expect.any(String)))

  test('by the route that saves them either', async () => {
    const { request } = bound(await stage.hooks({ allowLoopback: false }))
    for (const host of [...loopback, ...inside]) {
      const body = JSON.stringify({ target_url: `https://${host}:${port}/hook`, event: '*' })
      const answer = await request('/hooks', { method: 'POST', body })
      expect([host, answer.status]).toEqual([host, 400])
    }
  })
})

test('none that leads to this machine is dialled, had it been saved', async () => {
  const sender = undiciSender(strict)
  stage.defer(() => sender.close())
  const before = heard
  for (const host of loopback) {
    const url = URL.parse(`http://${host}:${port}/hook`)
    // What is no URL can be saved even less.
    if (url === null) continue
    const receipt = await sender.send({
      url: url.href,
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: AbortSignal.timeout(10_000),
    })
    expect([host, receipt.kind]).toEqual([host, 'failed'])
  }
  expect(heard).toBe(before)
  report('SSRF', { forms: loopback.length + inside.length + odd.length, reached_the_sink: heard - before })
})

test('every literal inside a network is known for what it is', () => {
  for (const host of inside) {
    const { hostname } = new URL(`http://${host}/`)
    if (/[a-z]\.[a-z]/.test(hostname)) continue
    expect([host, addressKind(hostname)]).not.toEqual([host, 'public'])
  }
  for (const host of ['8.8.8.8', '[2606:4700:4700::1111]']) expect(addressKind(host)).toBe('public')
})

test('a redirect leads nowhere, and is told as a failure', async () => {
  const receiver = await Receiver.start()
  stage.defer(() => receiver.close())
  let status = 0
  receiver.answer = (_received, response) => {
    response.writeHead(status, { location: `http://127.0.0.1:${port}/inside` }).end()
  }
  const before = heard
  const { client, webhook } = bound(await stage.hooks())
  const all = [301, 302, 303, 307, 308]
  for (const [turn, code] of all.entries()) {
    status = code
    // One for each, as nothing more is sent to an endpoint that failed a few times.
    const filter = { call_id: `call_${code}` }
    await client.subscribe({ target_url: receiver.url, event: '*', filter })
    await webhook({ event_type: 'call.completed', call_id: `call_${code}` })
    await until(() => receiver.received.length > turn, `the attempt that was answered ${code}`)
  }
  expect(heard).toBe(before)
  const { deliveries } = await client.deliveries()
  expect(deliveries.filter(({ status }) => status === 'delivered')).toEqual([])
})

function bound(running: Awaited<ReturnType<Stage['hooks']>>) {
  return {
    client: running.client,
    webhook: running.webhook.bind(running),
    request: running.request.bind(running),
  }
}
