// What the API adds, and when it is waited for, in virtual time.
import type { Transport } from '@movoice-kit/core'
import { VirtualClock } from '@movoice-kit/core/testing'
import { afterEach, expect, test } from 'vitest'
import { ScriptedSender } from '../testing/scripted-sender.ts'
import { completed, Stage, TURNS } from '../testing/start.ts'

const stage = new Stage()
afterEach(() => stage.end())

const SECOND = 1_000

type Answer = {
  readonly status: number
  readonly json: unknown
  readonly headers?: Readonly<Record<string, string>>
}

async function setUp(
  answer: (path: string, now: number) => Answer | undefined,
  { clock = new VirtualClock(undefined, TURNS), dataDir = stage.folder() } = {},
) {
  const sender = new ScriptedSender(clock)
  const asked: string[] = []
  const start = clock.now()
  const transport: Transport = async ({ url, signal }) => {
    const { pathname } = new URL(url)
    const path = pathname.replace('/v1', '')
    asked.push(path)
    const answered = answer(path, clock.now() - start)
    if (answered === undefined) {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }
    const { status, json, headers } = answered
    return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) }
  }
  const running = await stage.hooks({
    clock,
    sender,
    random: () => 0.5,
    dataDir,
    apiKey: 'sk_test_0123456789',
    transport,
  })
  stage.defer(async () => {
    void clock.advance(60 * SECOND)
  })
  const idempotency_key = 'one'
  await running.client.subscribe({ target_url: 'https://example.com/hook', event: '*', idempotency_key })
  const close = () => clock.run(running.hooks.close())
  const told = () => sender.sent.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
  return {
    clock,
    sender,
    asked,
    told,
    start,
    send: running.webhook.bind(running),
    client: running.client,
    close,
  }
}

const call = (more: object = {}) => ({
  call_id: 'call_1',
  status: 'completed',
  agent_id: 'agent_clinic',
  recipient_phone: '+919876543210',
  created_at: 1_767_225_500,
  duration: 42,
  ...more,
})
const agent = { agent_id: 'agent_clinic', name: 'Clinic' }
const isAgent = (path: string) => path.startsWith('/agents')
const isGet = (path: string) => path.startsWith('/calls/')
const nothing = { status: 200, json: { calls: [] } }

test('a completion is whole after one question, with number, agent and time', async () => {
  const { clock, asked, told, send } = await setUp((path) =>
    isAgent(path)
      ? { status: 200, json: agent }
      : isGet(path)
        ? { status: 200, json: call({ transcript: 'agent: Hello!' }) }
        : nothing,
  )
  await send(completed('call_1'))
  await clock.advance(SECOND)
  expect(told()).toEqual([
    expect.objectContaining({
      agent_id: 'agent_clinic',
      agent_name: 'Clinic',
      recipient_phone: '+919876543210',
      occurred_at: '2025-12-31T23:59:02.000Z',
      transcript: 'agent: Hello!',
      source: 'webhook',
    }),
  ])
  expect(asked.filter(isGet)).toHaveLength(1)
  expect(asked.filter(isAgent)).toHaveLength(1)
})

test('a late summary and transcript are waited for', async () => {
  const { clock, sender, told, start, send } = await setUp((path, now) =>
    isAgent(path)
      ? { status: 200, json: agent }
      : isGet(path)
        ? {
            status: 200,
            json: call(now < 20 * SECOND ? {} : { summary: 'Booked.', transcript: 'agent: Hello!' }),
          }
        : nothing,
  )
  await send(completed('call_1', { summary: null, outcome: 'BOOKED' }))
  await clock.advance(19 * SECOND)
  expect(told()).toEqual([])
  await clock.advance(20 * SECOND)
  expect(told()).toEqual([expect.objectContaining({ summary: 'Booked.', transcript: 'agent: Hello!' })])
  expect((sender.sent[0]?.at ?? 0) - start).toBeLessThanOrEqual(36 * SECOND)
  expect(sender.sent[0]?.headers['movoice-missing']).toBeUndefined()
})

test('what never comes is not waited for longer than a minute, and is named', async () => {
  const { clock, sender, told, send } = await setUp((path) =>
    isAgent(path) ? { status: 200, json: agent } : isGet(path) ? { status: 200, json: call() } : nothing,
  )
  await send(completed('call_1', { summary: null }))
  await clock.advance(61 * SECOND)
  expect(told()).toEqual([expect.objectContaining({ summary: null, agent_name: 'Clinic' })])
  expect(sender.sent[0]?.headers['movoice-missing']).toBe('summary,transcript')
})

test('an API that is down delays an event by a minute, not more', async () => {
  const { clock, told, send } = await setUp(() => ({ status: 500, json: {} }))
  await send(completed('call_1'))
  await clock.advance(59 * SECOND)
  expect(told()).toEqual([])
  await clock.advance(20 * SECOND)
  expect(told()).toEqual([expect.objectContaining({ id: 'call_1:call.completed', agent_id: null })])
})

test('a call that the API does not know is waited for 10 s: it may only not be known yet', async () => {
  const { clock, sender, asked, told, start, send } = await setUp((path, now) =>
    isGet(path) && (path.endsWith('_never') || now < 4 * SECOND)
      ? { status: 404, json: { error: { code: 'not_found', message: 'No such call.' } } }
      : {
          status: 200,
          json: isAgent(path) ? agent : isGet(path) ? call({ transcript: 'agent: Hello!' }) : { calls: [] },
        },
  )
  await send(completed('call_1'))
  await send(completed('call_never'))
  await clock.advance(9 * SECOND)
  expect(told()).toEqual([expect.objectContaining({ call_id: 'call_1', recipient_phone: '+919876543210' })])
  await clock.advance(2 * SECOND)
  expect(told()[1]).toMatchObject({ call_id: 'call_never', recipient_phone: null })
  expect((sender.sent[1]?.at ?? 0) - start).toBeLessThanOrEqual(11 * SECOND)
  expect(sender.sent[1]?.headers['movoice-missing']).toBe('agent_id,recipient_phone,transcript')
  expect(asked.filter((path) => path.endsWith('_never'))).toHaveLength(4)
})

test('an API that asks to be left alone for a day delays an event by a minute, not more', async () => {
  const { clock, asked, told, send } = await setUp(() => ({
    status: 429,
    json: { error: { code: 'rate_limited', message: 'Tomorrow.' } },
    headers: { 'retry-after': '86400' },
  }))
  await send(completed('call_1'))
  await clock.advance(75 * SECOND)
  expect(told()).toEqual([expect.objectContaining({ id: 'call_1:call.completed', agent_id: null })])
  expect(asked.filter(isGet)).toHaveLength(1)
})

test('an API that does not answer delays an event by little more than a minute, and a stop by nothing', async () => {
  const { clock, told, send, close } = await setUp(() => undefined)
  await send(completed('call_1'))
  await clock.advance(90 * SECOND)
  expect(told()).toEqual([expect.objectContaining({ id: 'call_1:call.completed', agent_id: null })])
  await send(completed('call_2'))
  await clock.advance(SECOND)
  const before = clock.now()
  await close()
  expect(clock.now() - before).toBeLessThan(5 * SECOND)
})

test('a key that is refused delays an event by a minute, in which another may be set', async () => {
  const dataDir = stage.folder()
  let good = false
  const answer = (path: string) =>
    good
      ? {
          status: 200,
          json: isAgent(path) ? agent : isGet(path) ? call({ transcript: 'agent: Hello!' }) : { calls: [] },
        }
      : { status: 401, json: { error: { code: 'unauthorized', message: 'No.' } } }
  const first = await setUp(answer, { dataDir })
  await first.send(completed('call_1'))
  await first.clock.advance(20 * SECOND)
  expect(first.told()).toEqual([])
  await first.close()
  good = true
  const second = await setUp(answer, { dataDir, clock: first.clock })
  await second.clock.advance(20 * SECOND)
  expect([...first.told(), ...second.told()]).toEqual([expect.objectContaining({ agent_name: 'Clinic' })])
})

test('an action takes agent and number from the call’s other events, and costs no question', async () => {
  const { clock, asked, told, send } = await setUp((path) =>
    isAgent(path) ? { status: 200, json: agent } : nothing,
  )
  await send({
    event_type: 'call.started',
    call_id: 'call_1',
    agent_id: 'agent_clinic',
    direction: 'outbound',
    recipient_phone: '+919876543210',
    timestamp: 1_767_225_500,
  })
  await clock.advance(SECOND)
  await send({
    event_type: 'action.triggered',
    call_id: 'call_1',
    action_name: 'book',
    parameters: { day: 1 },
  })
  await clock.advance(SECOND)
  expect(told()[1]).toMatchObject({
    type: 'action.triggered',
    agent_name: 'Clinic',
    recipient_phone: '+919876543210',
    action_parameters: { day: 1 },
  })
  expect(asked.filter(isGet)).toEqual([])
})

test('an event that comes late changes nothing that was told', async () => {
  const { clock, told, client, send } = await setUp((path) =>
    isAgent(path)
      ? { status: 200, json: agent }
      : isGet(path)
        ? { status: 200, json: call({ transcript: 'agent: Hello!' }) }
        : nothing,
  )
  await send(completed('call_1'))
  await clock.advance(SECOND)
  const before = await client.event('call_1:call.completed')
  await send({ event_type: 'call.started', call_id: 'call_1', agent_id: 'agent_clinic' })
  await send(completed('call_1', { summary: 'Another.', outcome: 'REFUSED' }))
  await clock.advance(SECOND)
  expect(await client.event('call_1:call.completed')).toEqual(before)
  expect(told().map(({ type, status }) => [type, status])).toEqual([
    ['call.completed', 'completed'],
    ['call.started', 'active'],
  ])
})
