import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sampleCallEvent, signDelivery, signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Started, startExample, stopExamples } from './start.ts'

const SECRET = 'a-webhook-secret'
const DELIVERY_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const folder = mkdtempSync(join(tmpdir(), 'receivers-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(stopExamples)

const newInbox = () => join(mkdtempSync(join(folder, 'inbox-')), 'inbox.db')

async function start(name: string, { inbox = newInbox() } = {}) {
  const file = name === 'lambda' ? 'invoke.mjs' : 'server.mjs'
  const env = { INBOX: inbox, MOVOICE_WEBHOOK_SECRET: SECRET, WEBHOOK_SECRET: DELIVERY_SECRET }
  const example = startExample(name, [file], env)
  const [, url = ''] = await example.says(/listening on (\S+)/)
  return { example, url }
}

const webhook = (more: object = {}) =>
  JSON.stringify({
    event_type: 'call.completed',
    call_id: 'call_1',
    outcome: 'BOOKED',
    summary: 'Zoë ✓',
    ...more,
  })

async function post(url: string, body: string | Buffer, headers: Record<string, string>) {
  const all = { 'content-type': 'application/json', ...headers }
  return (await fetch(url, { method: 'POST', headers: all, body })).status
}

const fromMovoice = (url: string, body: string | Buffer, secret = SECRET, headers = {}) =>
  post(`${url}/movoice`, body, { 'x-movoice-signature': signWebhook(body, secret), ...headers })

const times = (example: Started, words: string) => example.text().split(words).length - 1

describe.each(['express', 'fastify', 'hono', 'lambda'])('the receiver for %s', (name) => {
  test('takes what Movoice signed, each event once, and nothing else', async () => {
    const { example, url } = await start(name)
    const body = webhook()
    expect(await fromMovoice(url, body)).toBe(202)
    expect(await fromMovoice(url, body)).toBe(200)
    expect(await fromMovoice(url, body, 'other')).toBe(401)
    expect(await post(`${url}/movoice`, body, {})).toBe(401)
    expect(
      await post(`${url}/movoice`, `${body} `, { 'x-movoice-signature': signWebhook(body, SECRET) }),
    ).toBe(401)
    expect(await fromMovoice(url, '{')).toBe(400)
    expect(await fromMovoice(url, '')).toBe(400)
    // Whatever the sender calls the body: the bytes are what is signed.
    const bytes = Buffer.from(webhook({ call_id: 'call_2' }))
    expect(await fromMovoice(url, bytes, SECRET, { 'content-type': 'application/octet-stream' })).toBe(202)
    if (name === 'lambda') return
    await example.says(/call_2:call\.completed BOOKED/)
    expect(times(example, 'call_1:call.completed BOOKED')).toBe(1)
    expect(await fromMovoice(url, webhook({ summary: 'a'.repeat(2 ** 20) }))).toBe(413)
  })

  test('takes what a hooks server delivers, a replay once, a stale one never', async () => {
    const { url } = await start(name)
    const body = JSON.stringify({ ...sampleCallEvent('call.completed'), summary: 'Zoë ✓' })
    const deliver = (timestamp: number, secret = DELIVERY_SECRET) => {
      const message = { id: 'msg_1', timestamp, body }
      return post(`${url}/hook`, body, {
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signDelivery(message, secret),
      })
    }
    const now = Math.floor(Date.now() / 1000)
    expect(await deliver(now)).toBe(202)
    expect(await deliver(now)).toBe(200)
    expect(await deliver(now - 400)).toBe(401)
    expect(await deliver(now, 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD')).toBe(401)
  })
})

describe('a receiver with an inbox', () => {
  test('knows after a kill -9 what it has had', async () => {
    const inbox = newInbox()
    const first = await start('express', { inbox })
    expect(await fromMovoice(first.url, webhook())).toBe(202)
    expect(await fromMovoice(first.url, webhook({ call_id: 'call_0' }))).toBe(202)
    await first.example.says(/call_0:call\.completed/) // One at a time: by now the other is done.
    first.example.kill()
    await first.example.ended
    const second = await start('fastify', { inbox })
    expect(await fromMovoice(second.url, webhook())).toBe(200)
    expect(await fromMovoice(second.url, webhook({ call_id: 'call_2' }))).toBe(202)
    await second.example.says(/call_2:call\.completed/)
    expect(second.example.text()).not.toContain('call_1')
  })

  test('works off what was kept and not finished', async () => {
    const inbox = newInbox()
    const keepOnly = `import { openInbox } from './inbox.mjs'
      openInbox(${JSON.stringify(inbox)}, () => new Promise(() => {}))({ id: 'call_9:call.failed', reason: 'busy' })
      process.kill(process.pid, 'SIGKILL')`
    await startExample('inbox', ['--input-type=module', '--eval', keepOnly], {}).ended
    const { example } = await start('hono', { inbox })
    await example.says(/call_9:call\.failed busy/)
  })
})

describe('from end to end', () => {
  let sandbox: Awaited<ReturnType<typeof createSandbox>>
  beforeAll(async () => {
    sandbox = await createSandbox({ speed: 0, plan: 'enterprise' })
  })
  afterAll(() => sandbox.close())

  async function ring(url: string, phone: string) {
    await fetch(`${sandbox.controlUrl}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url, secret: SECRET, events: ['call.completed'] }),
    })
    const placed = await fetch(`${sandbox.baseUrl}/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agent_id: 'agent_clinic', recipient_phone: phone }),
    })
    const { call_id } = (await placed.json()) as { call_id: string }
    await sandbox.advance(180)
    return call_id
  }

  test('a webhook that comes three times is one event', async () => {
    const { example, url } = await start('hono')
    const id = await ring(`${url}/movoice`, '+12025550115')
    const webhooks = sandbox.deliveries().filter(({ call_id }) => call_id === id)
    expect(webhooks.length).toBe(3)
    await example.says(new RegExp(`${id}:call\\.completed BOOKED`))
    expect(times(example, id)).toBe(1)
  })

  test('through a hooks server', async () => {
    const hooks = await createHooks({ webhookSecret: SECRET })
    try {
      // The secret is known only once the subscription is made, so the address is taken first.
      const { example: probe, url } = await start('express')
      probe.kill()
      await probe.ended
      const answer = await fetch(`${hooks.url}/hooks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hooks.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ target_url: `${url}/hook`, event: 'call.completed' }),
      })
      const { secret } = (await answer.json()) as { secret: string }
      const example = startExample('express', ['server.mjs'], {
        INBOX: newInbox(),
        WEBHOOK_SECRET: secret,
        PORT: new URL(url).port,
      })
      await example.says(/listening/)
      const id = await ring(`${hooks.url}/movoice`, '+12025550101')
      await example.says(new RegExp(`${id}:call\\.completed BOOKED`))
    } finally {
      await hooks.close()
    }
  })
})
