import { signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, describe, expect, test } from 'vitest'
import { lint } from './lint.ts'

interface Document {
  readonly paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>
}

const SECRET = 'movoice-secret'
const hooks = await createHooks({ webhookSecret: SECRET })
afterAll(() => hooks.close())

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${hooks.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${hooks.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })

const document = (await (await send('GET', '/openapi.json')).json()) as Document
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema({ ...document, $id: 'document' })

/** Sends, and holds the answer against the document; resolves to what was answered. */
async function documented(
  method: string,
  path: string,
  {
    id = '',
    body,
    headers,
    query = '',
  }: Readonly<{ id?: string; body?: unknown; headers?: Record<string, string>; query?: string }>,
): Promise<{ status: number; value: Record<string, unknown> | undefined }> {
  const filled = path.replace(/\{\w+\}/, encodeURIComponent(id))
  const response = await send(method, filled + query, body, headers)
  const answer = document.paths[path]?.[method.toLowerCase()]?.responses[response.status]
  const text = await response.text()
  if (answer === undefined)
    throw new Error(`${method} ${path} has no documented answer ${response.status}: ${text}`)
  if (answer.content === undefined) {
    expect(text).toBe('')
    return { status: response.status, value: undefined }
  }
  const place = `/paths/${path.replaceAll('/', '~1').replace(/[{}]/g, encodeURIComponent)}/${method.toLowerCase()}`
  const [type = ''] = Object.keys(answer.content)
  expect(response.headers.get('content-type')).toContain(type)
  const value: Record<string, unknown> = type === 'application/json' ? JSON.parse(text) : text
  const $ref = `document#${place}/responses/${response.status}/content/${type.replace('/', '~1')}/schema`
  const validate = ajv.compile({ $ref })
  if (!validate(value))
    throw new Error(`${method} ${path} ${response.status}: ${ajv.errorsText(validate.errors)}: ${text}`)
  return { status: response.status, value }
}

test('the document the hooks server serves has nothing a linter would change', async () => {
  // Whoever asks whether the server is well is refused nothing.
  const healthy = (pointer: string) =>
    `operation-4xx-response at #/paths/~1${pointer}/get/responses: Operation must have at least one \`4XX\` response.`
  expect(await lint(document)).toEqual([healthy('livez'), healthy('readyz')])
})

describe('every answer is the documented one', async () => {
  const webhook = JSON.stringify({
    event_type: 'call.completed',
    call_id: 'call_1',
    summary: 'Booked.',
    duration: 40,
  })
  const signed = { 'x-movoice-signature': signWebhook(webhook, SECRET) }
  const made = await documented('POST', '/hooks', {
    body: {
      target_url: 'http://127.0.0.1:9/hook',
      event: '*',
      filter: { outcome: ['BOOKED'] },
      limits: { preset: 'zapier' },
    },
  })
  const hook = String(made.value?.id)
  const other = await documented('POST', '/hooks', {
    body: { target_url: 'http://127.0.0.1:9/all', event: '*' },
  })
  const rest = String(other.value?.id)
  test('the first ones', () => expect([made.status, other.status]).toEqual([201, 201]))
  const event = 'call_1:call.completed'
  const deliveries = async () =>
    (await documented('GET', '/deliveries', {})).value?.deliveries as { id: string }[]
  const cases: readonly (readonly [number, string, string, Parameters<typeof documented>[2]])[] = [
    [202, 'POST', '/movoice', { body: webhook, headers: signed }],
    [401, 'POST', '/movoice', { body: webhook, headers: { authorization: '' } }],
    [400, 'POST', '/movoice', { body: '{', headers: { 'x-movoice-signature': signWebhook('{', SECRET) } }],
    [413, 'POST', '/movoice', { body: 'x'.repeat(2 * 1024 * 1024) }],
    [404, 'POST', '/movoice/{account}', { id: 'clinic', body: webhook, headers: signed }],
    [400, 'POST', '/hooks', { body: {} }],
    [401, 'POST', '/hooks', { body: {}, headers: { authorization: 'Bearer no' } }],
    [200, 'GET', '/hooks', {}],
    [200, 'GET', '/hooks/{id}', { id: hook }],
    [404, 'GET', '/hooks/{id}', { id: 'none' }],
    [200, 'PATCH', '/hooks/{id}', { id: hook, body: { paused: true } }],
    [200, 'POST', '/hooks/{id}/rotate-secret', { id: hook }],
    [200, 'GET', '/events', {}],
    [200, 'GET', '/events', { query: '?type=call.failed&sample=1' }],
    [400, 'GET', '/events', { query: '?limit=0' }],
    [200, 'GET', '/events/{id}', { id: event }],
    [404, 'GET', '/events/{id}', { id: 'none' }],
    [202, 'POST', '/events/{id}/replay', { id: event, body: { hook_id: rest } }],
    [202, 'POST', '/replay', { body: { type: 'call.failed', status: 'failed' } }],
    [400, 'POST', '/replay', { body: { from: 'yesterday' } }],
    [200, 'GET', '/deliveries', { query: '?status=delivered' }],
    [400, 'GET', '/deliveries', { query: '?status=lost' }],
    [404, 'POST', '/deliveries/{id}/retry', { id: 'none' }],
    [200, 'GET', '/livez', {}],
    [200, 'GET', '/readyz', {}],
    [200, 'GET', '/metrics', {}],
    [200, 'GET', '/openapi.json', {}],
  ]
  test.each(cases)('%d for %s %s %o', async (status, method, path, what) => {
    expect((await documented(method, path, what)).status).toBe(status)
  })

  test('of a delivery, from its first attempt to the end of its subscription', async () => {
    await expect.poll(async () => (await deliveries()).length, { timeout: 15_000 }).toBe(1)
    const [delivery] = await deliveries()
    const id = delivery?.id ?? ''
    await expect
      .poll(async () => (await documented('GET', '/deliveries/{id}', { id })).value?.failed_attempts, {
        timeout: 15_000,
      })
      .not.toEqual([])
    expect((await documented('POST', '/deliveries/{id}/retry', { id })).status).toBe(202)
    expect((await documented('DELETE', '/hooks/{id}', { id: rest })).status).toBe(204)
    expect((await documented('POST', '/deliveries/{id}/retry', { id })).status).toBe(409)
  })
})
