import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createSandbox } from './index.ts'
import { call, receiver, started } from './testing/index.ts'

test('many run side by side, each with a state of its own', async () => {
  const many = await Promise.all(Array.from({ length: 25 }, () => started()))
  expect(new Set(many.map(({ sandbox }) => sandbox.baseUrl)).size).toBe(25)
  await Promise.all(
    many.flatMap((s, index) => Array.from({ length: index }, () => s.api('POST', '/call', call('01')))),
  )
  const totals = await Promise.all(many.map(async (s) => (await s.api('GET', '/calls')).json.total))
  expect(totals).toEqual(many.map((_s, index) => index))
  await Promise.all(many.map((s) => s[Symbol.asyncDispose]()))
})

test('what control routes do can be done in code', async () => {
  await using hook = await receiver()
  const sandbox = await createSandbox({ speed: 0, webhook: { url: hook.url, secret: 'a' } })
  const place = () =>
    fetch(`${sandbox.baseUrl}/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(call('01')),
    })
  sandbox.fault({ kind: 'status', status: 503 })
  expect([(await place()).status, (await place()).status]).toEqual([503, 200])
  const before = sandbox.now()
  await sandbox.advance(90)
  expect(sandbox.now() - before).toBe(90_000)
  expect(sandbox.rings()).toHaveLength(1)
  expect(sandbox.deliveries().map(({ status }) => status)).toEqual(['delivered', 'delivered'])
  expect(() => sandbox.fault({ kind: 'status', status: 99 })).toThrow('status must be')
  sandbox.reset()
  expect(sandbox.rings()).toEqual([])
  await sandbox.close()
})

test.each([
  [{ speed: -1 }, 'speed must be a number from 0'],
  [{ speed: Number.NaN }, 'speed must be a number from 0'],
  [{ seed: 1.5 }, 'seed must be a whole number'],
  [{ plan: 'huge' }, 'plan must be starter, growth'],
  [{ startAt: 1.5 }, 'startAt must be whole Unix seconds'],
  [{ webhook: { url: 'http://192.0.2.1', secret: 'a' } }, 'webhook-url must be on this machine'],
  [{ webhook: { url: 'http://127.0.0.1', secret: '' } }, 'webhook-secret must be a text'],
])('%o is refused', async (options, message) => {
  await expect(createSandbox(options)).rejects.toThrow(message)
})

test('a closed sandbox keeps no process alive, whatever was under way', async () => {
  // Calls that ring, an answer held back, a webhook nobody answers, a watcher of the page.
  const script = `
    import { createServer } from 'node:http'
    import { createSandbox } from './create-sandbox.ts'
    let asked
    const isAsked = new Promise((resolve) => { asked = resolve })
    const silent = createServer(() => asked()).listen(0, '127.0.0.1')
    await new Promise((resolve) => silent.once('listening', resolve))
    const url = 'http://127.0.0.1:' + silent.address().port + '/'
    const sandbox = await createSandbox({ plan: 'enterprise', webhook: { url, secret: 'a' } })
    const post = (suffix) => fetch(sandbox.baseUrl + '/call', {
      method: 'POST',
      headers: { authorization: 'Bearer ' + sandbox.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ agent_id: 'agent_clinic', recipient_phone: '+120255501' + suffix }),
    }).catch(() => undefined)
    await post('01')
    post('17')
    fetch(sandbox.controlUrl + '/events').catch(() => undefined)
    while (sandbox.rings().length < 2) await new Promise(setImmediate)
    sandbox.advance(5)
    await isAsked
    await sandbox.close()
    await sandbox.close()
    silent.closeAllConnections()
    silent.close()
  `
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  const [code] = await once(child, 'exit')
  expect([code, errors.replace(/^.*(ExperimentalWarning|--trace-warnings).*$/gm, '').trim()]).toEqual([0, ''])
}, 60_000)
