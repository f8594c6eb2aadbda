import { webhookEventTypes } from '@movoice-kit/core/contract'
import { sampleWebhook, signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { FUTURE_EVENT } from '../contract.ts'
import type { Door } from '../door.ts'

type Json = Record<string, unknown>

/** The webhook relay, for any URL: told of every event, asked for what it was told. */
export async function hooksDoor(): Promise<Door> {
  const secret = 'matrix-secret'
  const hooks = await createHooks({ webhookSecret: secret })
  const headers = { authorization: `Bearer ${hooks.token}`, 'content-type': 'application/json' }
  const get = async (path: string) => (await (await fetch(`${hooks.url}${path}`, { headers })).json()) as Json
  const send = (payload: object, key = secret) => {
    const body = JSON.stringify(payload)
    return fetch(`${hooks.url}/movoice`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, key) },
      body,
    })
  }
  /** A subscription to one type is taken, and an event of it can be read once it came. */
  const tellsOf = async (type: string): Promise<boolean> => {
    const known = webhookEventTypes.find((one) => one === type)
    const target_url = 'https://automation.example/hook'
    const { status } = await fetch(`${hooks.url}/hooks`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ target_url, event: type }),
    })
    await send(known === undefined ? { event_type: type, call_id: 'call_1' } : sampleWebhook(known))
    const { events } = (await get(`/events?type=${type}`)) as { events: Json[] }
    return status === 201 && events.some((event) => event.type === type)
  }
  const paths = (await get('/openapi.json')).paths as Json
  return {
    name: 'hooks',
    title: 'any URL',
    operation: (name) => JSON.stringify(paths).includes(`"${name}"`),
    inputs: () => [],
    outputs: () => [],
    async events() {
      const told = []
      for (const type of [...webhookEventTypes, FUTURE_EVENT]) if (await tellsOf(type)) told.push(type)
      return told
    },
    async eventFields() {
      const { events } = (await get('/events?type=call.completed')) as { events: Json[] }
      return Object.keys(events[0] ?? {})
    },
    async tells({ error }) {
      if (error.name !== 'SignatureError') return false
      const answer = await send(sampleWebhook('call.completed'), 'another-secret')
      return answer.status === 401 && /signature/i.test(await answer.text())
    },
    close: () => hooks.close(),
  }
}
