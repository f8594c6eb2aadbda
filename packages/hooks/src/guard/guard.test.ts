// Addresses are classified, never dialled, but for loopback.
import type { LookupAddress } from 'node:dns'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undiciSender } from '../delivery/undici-sender.ts'
import { guardedConnector } from './connector.ts'
import { type AddressPolicy, addressKind } from './policy.ts'
import { targetProblem } from './target.ts'

const STRICT: AddressPolicy = { allowLoopback: false, allowPrivate: false }
const OPEN: AddressPolicy = { allowLoopback: true, allowPrivate: false }

/** Ways to write an address that is not the public internet, as the host of a URL. */
const HOSTS = [
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '127.1',
  '0x7f.1',
  '0x7f000001',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0x7f.0x0.0x0.0x1',
  '127.0.0.1.',
  '①②⑦.⓪.⓪.①',
  '0',
  '0.0.0.0',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'sub.localhost',
  'ip6-localhost',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::10.0.0.1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::1]',
  '[fe80::1]',
  '[fc00::1]',
  '[fd12:3456:789a::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[100::1]',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '169.254.170.2',
  '100.64.0.1',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  'metadata.google.internal',
  'printer.local',
]

describe('targets that are refused when they are saved', () => {
  test.each(HOSTS)('https://%s/', (host) => {
    expect(targetProblem(`https://${host}/`, STRICT)).toMatch(/^must /)
    expect(targetProblem(`https://${host}:8443/x?y`, STRICT)).toMatch(/^must /)
  })

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'javascript:alert(1)',
    'https://user:password@example.com/',
    'https://',
    '//example.com',
    'example.com',
    '',
  ])('%s', (url) => {
    expect(targetProblem(url, STRICT)).toMatch(/^must /)
  })
})

test.each([
  'https://example.com/',
  'https://hooks.zapier.com/hooks/standard/1/2/',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
])('%s is allowed', (url) => {
  expect(targetProblem(url, STRICT)).toBeUndefined()
})

test('loopback is allowed where that was asked for, over plain http too, and nothing else is', () => {
  expect(targetProblem('http://127.0.0.1:3000/', OPEN)).toBeUndefined()
  expect(targetProblem('http://localhost:3000/', OPEN)).toBeUndefined()
  expect(targetProblem('http://[::1]:3000/', OPEN)).toBeUndefined()
  expect(targetProblem('http://10.0.0.1/', OPEN)).toBeDefined()
  expect(targetProblem('http://169.254.169.254/', OPEN)).toBeDefined()
})

test('link-local and metadata addresses stay forbidden even where private networks are allowed', () => {
  for (const address of ['169.254.169.254', 'fe80::1', '0.0.0.0', '255.255.255.255']) {
    expect(addressKind(address)).toBe('forbidden')
  }
})

describe('at connect', () => {
  let sink: Server
  let reached = 0
  beforeAll(async () => {
    sink = createServer((socket) => {
      reached += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => sink.listen(0, '0.0.0.0', resolve))
  })
  afterAll(() => sink.close())
  const port = () => (sink.address() as AddressInfo).port
  /** The forms that lead to this machine: dialled for real, and never to arrive. */
  const loopback = HOSTS.filter((host) => {
    const { hostname } = new URL(`http://${host}/`)
    const bare = hostname.replace(/^\[|\]$/g, '')
    return /^127\.|^::1$|localhost\.?$/.test(bare)
  })

  test.each(loopback)('http://%s does not reach the sink', async (host) => {
    const sender = undiciSender(STRICT)
    const receipt = await sender.send({
      url: `http://${host}:${port()}/`,
      headers: {},
      body: '',
      signal: new AbortController().signal,
    })
    await sender.close()
    expect(receipt.kind).toBe('failed')
    expect(reached).toBe(0)
  })

  const connect = (policy: AddressPolicy, answers: LookupAddress[][]) => {
    const resolve = ((_host: string, _options: object, callback: (e: null, a: LookupAddress[]) => void) =>
      callback(null, answers.shift() ?? [])) as never
    const connector = guardedConnector(policy, resolve)
    return new Promise<Error | null>((done) => {
      connector(
        {
          hostname: 'rebind.example',
          host: `rebind.example:${port()}`,
          protocol: 'http:',
          port: String(port()),
        },
        (error, socket) => {
          socket?.destroy()
          done(error)
        },
      )
    })
  }

  test.each([
    ['127.0.0.1', 4],
    ['10.0.0.1', 4],
    ['169.254.169.254', 4],
    ['::1', 6],
    ['::ffff:127.0.0.1', 6],
    ['fd00::1', 6],
  ])('a name that leads to %s is refused before it is dialled', async (address, family) => {
    expect(await connect(STRICT, [[{ address, family }]])).toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' })
    expect(reached).toBe(0)
  })

  test('a name with one good and one forbidden address is refused', async () => {
    const answers = [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    expect(await connect(STRICT, [answers])).toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' })
    expect(reached).toBe(0)
  })

  test('what was looked up is what is dialled', async () => {
    expect(await connect(OPEN, [[{ address: '127.0.0.1', family: 4 }]])).toBeNull()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(reached).toBe(1)
  })
})
