import { signWebhook } from '@movoice-kit/core/events'
import { createHooks } from '@movoice-kit/hooks'
import { describe, expect, test } from 'vitest'
import { execute, trigger } from './engine.ts'
import { create, number, world } from './world.ts'

const SECRET = 'webhook_secret_0123'
const signed = (body: string, secret = SECRET) => ({
  'content-type': 'application/json',
  'x-movoice-signature': signWebhook(body, secret),
})
const completed = (call_id: string, more: object = {}) =>
  JSON.stringify({ event_type: 'call.completed', call_id, duration: 42, outcome: 'BOOKED', ...more })

describe('Movoice’s own webhooks', () => {
  test('an unsigned, a forged and an empty request get 401 and start nothing', async () => {
    await using w = await world()
    const node = trigger({ ...w.credential, webhookSecret: SECRET }, {})
    const body = completed('call_1')
    for (const headers of [{}, signed(body, 'another'), { 'x-movoice-signature': '00' }]) {
      expect(await node.receive(body, headers)).toMatchObject({ status: 401, items: undefined })
    }
    expect(await node.receive('', signed('x'))).toMatchObject({ status: 401 })
    const open = trigger({ ...w.credential, webhookSecret: '' }, {})
    expect(await open.receive(body, signed(body, ''))).toMatchObject({ status: 401 })
  })

  test('bad JSON with a good signature gets 400', async () => {
    await using w = await world()
    const node = trigger({ ...w.credential, webhookSecret: SECRET }, {})
    expect(await node.receive('{', signed('{'))).toMatchObject({ status: 400 })
  })

  test('an event nobody wants is answered at once', async () => {
    await using w = await world()
    const node = trigger({ ...w.credential, webhookSecret: SECRET }, { events: ['call.failed'] })
    const body = completed('call_1')
    expect(await node.receive(body, signed(body))).toMatchObject({ status: 200, items: undefined })
    expect(await w.requests()).toEqual([])
  })

  test('an event is completed from the call, and told once', async () => {
    await using w = await world()
    const placed = await execute(w.credential, { parameters: create }, [{ phone: number('01') }])
    const id = String(placed.outputs[0]?.[0]?.call_id)
    await w.advance(600)
    const node = trigger({ ...w.credential, webhookSecret: SECRET }, { simplify: false })
    const body = completed(id)
    const three = await Promise.all([1, 2, 3].map(() => node.receive(body, signed(body))))
    const [item, ...more] = three.flatMap(({ items }) => items ?? [])
    expect(more).toEqual([])
    expect(item).toMatchObject({
      id: `${id}:call.completed`,
      call_id: id,
      agent_id: 'agent_clinic',
      recipient_phone: number('01'),
      duration: 42,
      transcript: expect.any(String),
      source: 'webhook',
    })
    expect(await node.receive(body, signed(body))).toMatchObject({ status: 200, items: undefined })
  })

  test('filters hold, also for what the webhook does not say', async () => {
    await using w = await world()
    const placed = await execute(w.credential, { parameters: create }, [{ phone: number('01') }])
    const id = String(placed.outputs[0]?.[0]?.call_id)
    await w.advance(600)
    const tell = async (filters: object) => {
      const body = completed(id)
      const node = trigger({ ...w.credential, webhookSecret: SECRET }, { filters })
      return (await node.receive(body, signed(body))).items?.length ?? 0
    }
    expect(await tell({ agentId: 'agent_survey' })).toBe(0)
    expect(await tell({ agentId: 'agent_survey, agent_clinic' })).toBe(1)
    expect(await tell({ outcome: 'booked' })).toBe(1)
    expect(await tell({ outcome: 'REFUSED' })).toBe(0)
    expect(await tell({ sentiment: ['negative'] })).toBe(0)
    expect(await tell({ minDuration: 43 })).toBe(0)
    expect(await tell({ minDuration: 42 })).toBe(1)
  })

  test('an event that cannot be judged is not thrown away', async () => {
    await using w = await world()
    const node = trigger(
      { apiKey: w.credential.apiKey, baseUrl: 'http://127.0.0.1:1/v1', webhookSecret: SECRET },
      { filters: { agentId: 'agent_clinic' } },
    )
    const body = completed('call_gone')
    expect(await node.receive(body, signed(body))).toMatchObject({ status: 503, items: undefined })
  }, 60_000)

  test('activation without a secret fails, with the way out', async () => {
    await using w = await world()
    await expect(trigger(w.credential, {}).activate()).rejects.toMatchObject({
      message: expect.stringContaining('no webhook secret'),
      description: expect.stringContaining('Settings → Webhooks'),
    })
  })
})

describe('with a hooks server', () => {
  const setUp = async () => {
    const w = await world()
    const hooks = await createHooks({ webhookSecret: SECRET })
    const credential = { ...w.credential, hooksUrl: hooks.url, hooksToken: hooks.token }
    const ask = async (method: string, path: string, body?: object) => {
      const response = await fetch(`${hooks.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${hooks.token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return response.status === 204 ? undefined : response.json()
    }
    return {
      credential,
      ask,
      list: async () =>
        ((await ask('GET', '/hooks')) as { hooks: { id: string; target_url: string }[] }).hooks,
      [Symbol.asyncDispose]: async () => {
        await hooks.close()
        await w.sandbox.close()
      },
    }
  }

  test('five activations make one subscription, and what is not its own is left alone', async () => {
    await using w = await setUp()
    await w.ask('POST', '/hooks', { target_url: 'http://127.0.0.1:9/other', event: '*' })
    const node = trigger(w.credential, {})
    for (let time = 0; time < 5; time += 1) await node.activate()
    expect(await w.list()).toHaveLength(2)
    await node.delete()
    expect((await w.list()).map(({ target_url }) => target_url)).toEqual(['http://127.0.0.1:9/other'])
    await node.delete()
  })

  test('a subscription that somebody removed is made again; removing one that is gone is success', async () => {
    await using w = await setUp()
    const node = trigger(w.credential, {})
    await node.activate()
    const [first] = await w.list()
    await w.ask('DELETE', `/hooks/${first?.id}`)
    await node.activate()
    const [second] = await w.list()
    expect(second?.id).not.toBe(first?.id)
    await w.ask('DELETE', `/hooks/${second?.id}`)
    expect(await node.delete()).toBe(true)
  })

  test('other filters make another subscription in its place', async () => {
    await using w = await setUp()
    const node = trigger(w.credential, {})
    await node.activate()
    node.node.parameters.filters = { outcome: 'BOOKED' }
    node.workflow.setNodes([node.node])
    await node.activate()
    expect(await w.list()).toEqual([expect.objectContaining({ filter: { outcome: ['BOOKED'] } })])
  })

  test('a lost activation leaves nothing behind', async () => {
    await using w = await setUp()
    await trigger(w.credential, {}).activate()
    await trigger(w.credential, {}).activate()
    expect(await w.list()).toHaveLength(1)
  })

  test('a server that is away or refuses the token is named', async () => {
    await using w = await setUp()
    await expect(trigger({ ...w.credential, hooksToken: 'wrong' }, {}).activate()).rejects.toMatchObject({
      description: expect.stringContaining('HOOKS_TOKEN'),
    })
    await expect(trigger({ ...w.credential, hooksUrl: 'http://127.0.0.1:1' }, {}).activate()).rejects.toThrow(
      /hooks server could not be reached/,
    )
  })
})

describe('polling', () => {
  const start = async (w: Awaited<ReturnType<typeof world>>, parameters: object = {}) => {
    const node = trigger(w.credential, { mode: 'poll', simplify: false, ...parameters })
    const { ticks, emitted } = await node.startPolling()
    const tick = async () => {
      for (const one of ticks) await one()
    }
    return { tick, told: () => emitted.flat().map(({ call_id }) => call_id), emitted }
  }
  const place = async (w: Awaited<ReturnType<typeof world>>, phones: string[]) => {
    const { outputs } = await execute(
      w.credential,
      { parameters: create },
      phones.map((phone) => ({ phone })),
    )
    return (outputs[0] ?? []).map(({ call_id }) => call_id)
  }

  test('nothing old, and every end once, whatever ends when', async () => {
    await using w = await world({ speed: 1 })
    await place(w, [number('01'), number('02')])
    await w.advance(600)
    const running = await place(w, [number('01')])
    const poll = await start(w)
    await poll.tick()
    expect(poll.told()).toEqual([])
    // More than a page, all placed in one second.
    const many = await place(
      w,
      Array.from({ length: 130 }, () => number('03')),
    )
    const endless = await place(w, [number('08')])
    await w.advance(600)
    await poll.tick()
    await poll.tick()
    expect(poll.told().sort()).toEqual([...running, ...many].sort())
    expect(poll.told()).not.toContain(endless[0])
    const late = await place(w, [number('02')])
    await w.advance(600)
    await poll.tick()
    expect(poll.told().slice(131)).toEqual(late)
  })

  test('a summary that comes late is waited for', async () => {
    await using w = await world({ speed: 1 })
    const poll = await start(w)
    const [id] = await place(w, [number('09')])
    await w.advance(600)
    await poll.tick()
    expect(poll.emitted.flat()).toEqual([
      expect.objectContaining({ call_id: id, summary: expect.any(String), source: 'sweep' }),
    ])
  })

  test('events and filters choose', async () => {
    await using w = await world({ speed: 1 })
    const poll = await start(w, { events: ['call.failed'] })
    await place(w, [number('01')])
    const [failed] = await place(w, [number('02')])
    await w.advance(600)
    await poll.tick()
    expect(poll.told()).toEqual([failed])
  })
})
