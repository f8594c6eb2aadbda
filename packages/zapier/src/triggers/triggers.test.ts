import { callEventKeys } from '@movoice-kit/core/events'
import { until } from '@movoice-kit/core/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import app from '../index.ts'
import { mismatches, missingKeys } from '../publishing/index.ts'
import { CatchHook, Line, Relay } from '../testing/stage.ts'

const step = (trigger: string, method: string) => `triggers.${trigger}.operation.${method}`
const completed = (call_id: string, more: object = {}) => ({
  event_type: 'call.completed',
  call_id,
  duration: 61,
  summary: 'Booked for Monday.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  transcript_url: null,
  recording_url: null,
  ...more,
})

const checkShape = (trigger: string, event: Record<string, unknown>) => {
  const { sample, outputFields } = app.triggers[trigger]?.operation ?? {}
  expect(Object.keys(event).sort()).toEqual([...callEventKeys].sort())
  expect(missingKeys(sample ?? {}, event)).toEqual([])
  const fields = (outputFields ?? []) as { key: string }[]
  expect(
    mismatches(
      event,
      fields.map((it) => ({ where: it.key, it })),
    ),
  ).toEqual([])
}

describe('an instant trigger', () => {
  test('subscribes, runs for a signed event once however often it comes, and unsubscribes', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const subscribeData = await zap.run(step('call_completed', 'performSubscribe'), { targetUrl: hook.url })
    expect(subscribeData).toMatchObject({
      id: expect.stringMatching(/^hook_/),
      hooks: [{ event: 'call.completed' }],
    })
    await relay.webhook(completed('call_1'))
    await hook.until(1)
    const bundle = hook.bundle(0, subscribeData)
    const runs = []
    for (let replay = 0; replay < 10; replay += 1) {
      runs.push(...(await zap.run(step('call_completed', 'perform'), bundle)))
    }
    expect(runs).toHaveLength(1)
    expect(runs[0]).toMatchObject({ id: 'call_1:call.completed', outcome: 'BOOKED', source: 'webhook' })
    checkShape('call_completed', runs[0])
    await zap.run(step('call_completed', 'performUnsubscribe'), { subscribeData })
    expect((await relay.get('/hooks')).hooks).toEqual([])
    // A subscription that is gone is as good as ended, and turning the Zap on again makes a new one.
    await zap.run(step('call_completed', 'performUnsubscribe'), { subscribeData })
    const anew = await zap.run(step('call_completed', 'performSubscribe'), { targetUrl: hook.url })
    expect(anew.id).not.toBe(subscribeData.id)
    await relay.webhook(completed('call_2'))
    await hook.until(2)
    expect(await zap.run(step('call_completed', 'perform'), hook.bundle(1, anew))).toHaveLength(1)
  })

  test('shows the editor what it will be sent, key by key', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const subscribeData = await zap.run(step('call_completed', 'performSubscribe'), { targetUrl: hook.url })
    await relay.webhook(completed('call_1'))
    await hook.until(1)
    const [sent] = await zap.run(step('call_completed', 'perform'), hook.bundle(0, subscribeData))
    const [listed] = await zap.run(step('call_completed', 'performList'))
    expect(listed).toEqual(sent)
    checkShape('call_completed', listed)
  })

  test('refuses what the hooks server did not sign', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const subscribeData = await zap.run(step('call_completed', 'performSubscribe'), { targetUrl: hook.url })
    const content = JSON.stringify({ id: 'call_9:call.completed', type: 'call.completed' })
    await fetch(hook.url, { method: 'POST', body: content })
    const unsigned = await zap.failure(step('call_completed', 'perform'), hook.bundle(0, subscribeData))
    expect(unsigned).toMatchObject({
      name: 'HaltedError',
      message: expect.stringContaining('webhook-signature'),
    })
    await relay.webhook(completed('call_1'))
    await hook.until(2)
    const genuine = hook.bundle(1, subscribeData) as { rawRequest: { headers: object; content: string } }
    const changed = genuine.rawRequest.content.replace('BOOKED', 'REFUSED')
    expect(changed).not.toBe(genuine.rawRequest.content)
    const bundle = { ...genuine, rawRequest: { ...genuine.rawRequest, content: changed } }
    const told = await zap.failure(step('call_completed', 'perform'), bundle)
    expect(told.message).toContain('does not fit')
  })

  test('says what to do where Zapier has forgotten the subscription', async () => {
    await using line = await Line.start()
    const bundle = { rawRequest: { headers: {}, content: '{}' }, cleanedRequest: {} }
    const told = await line.zap().failure(step('call_completed', 'perform'), bundle)
    expect(told).toMatchObject({ name: 'HaltedError', message: expect.stringContaining('off and on again') })
  })

  test('lets an event through twice rather than lose it where the memory is out of reach', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const subscribeData = await zap.run(step('call_completed', 'performSubscribe'), { targetUrl: hook.url })
    await relay.webhook(completed('call_1'))
    await hook.until(1)
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => said.mockRestore())
    zap.loseMemory()
    expect(await zap.run(step('call_completed', 'perform'), hook.bundle(0, subscribeData))).toHaveLength(1)
    expect(said.mock.calls.join()).toContain('a repeated delivery may not be noticed')
  })

  test('sends its filter fields along', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    await zap.run(step('call_completed', 'performSubscribe'), {
      targetUrl: hook.url,
      inputData: { outcome: ['BOOKED', 'CALLBACK'], min_duration: 30, agent_id: '' },
    })
    const { hooks } = await relay.get('/hooks')
    expect(hooks[0].filter).toEqual({ outcome: ['BOOKED', 'CALLBACK'], min_duration: 30 })
    await relay.webhook(completed('call_short', { duration: 5 }))
    await relay.webhook(completed('call_no', { outcome: 'REFUSED' }))
    await relay.webhook(completed('call_yes'))
    await hook.until(1)
    expect(hook.caught.map(({ content }) => JSON.parse(content).call_id)).toEqual(['call_yes'])
  })

  test('has one subscription where Zapier asks twice, and ends it all where one event cannot be had', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const given = { targetUrl: hook.url }
    const first = await zap.run(step('call_failed', 'performSubscribe'), given)
    expect(await zap.run(step('call_failed', 'performSubscribe'), given)).toEqual(first)
    expect((await relay.get('/hooks')).hooks).toHaveLength(1)
    const told = await zap.failure(step('call_event', 'performSubscribe'), {
      targetUrl: `${hook.url}/other`,
      inputData: { event_types: ['call.started', 'not an event'] },
    })
    expect(told.name).toBe('HaltedError')
    expect((await relay.get('/hooks')).hooks).toHaveLength(1)
  })

  test('subscribes to each event that is chosen, and to all where none is', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const event_types = ['call.started', 'action.triggered']
    const some = await zap.run(step('call_event', 'performSubscribe'), {
      targetUrl: hook.url,
      inputData: { event_types },
    })
    expect(some.hooks.map(({ event }: { event: string }) => event)).toEqual(event_types)
    await relay.webhook({
      event_type: 'action.triggered',
      call_id: 'call_1',
      action_name: 'book',
      parameters: { day: 'Monday' },
    })
    await hook.until(1)
    const [event] = await zap.run(step('call_event', 'perform'), hook.bundle(0, some))
    expect(event).toMatchObject({ type: 'action.triggered', action_parameters: { day: 'Monday' } })
    checkShape('call_event', event)
    await zap.run(step('call_event', 'performUnsubscribe'), { subscribeData: some })
    const all = await zap.run(step('call_event', 'performSubscribe'), { targetUrl: hook.url })
    expect(all.hooks.map(({ event: type }: { event: string }) => type)).toEqual(['*'])
  })

  test('leaves nothing that keeps firing where the hooks server could not be told: 410 ends it', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    await using hook = await CatchHook.start()
    const zap = line.zap(relay.authData)
    const subscribeData = await zap.run(step('call_completed', 'performSubscribe'), { targetUrl: hook.url })
    const down = await Relay.start()
    await down.hooks.close()
    const told = await line
      .zap(down.authData)
      .failure(step('call_completed', 'performUnsubscribe'), { subscribeData })
    expect(told.message).toContain('The hooks server could not be reached')
    hook.forgets = true
    await relay.webhook(completed('call_1'))
    await until(async () => (await relay.get('/hooks')).hooks.length === 0)
    hook.forgets = false
    await relay.webhook(completed('call_2'))
    await until(async () => (await relay.get('/events')).events.length === 2)
    expect(hook.caught).toEqual([])
  })

  test('says at subscribe what a connection lacks, and that a hooks server is down', async () => {
    await using line = await Line.start()
    const none = await line
      .zap()
      .failure(step('call_completed', 'performSubscribe'), { targetUrl: 'https://x.example' })
    expect(none).toMatchObject({
      name: 'HaltedError',
      message: expect.stringContaining('Call Finished (Scheduled)'),
    })
    const down = await Relay.start()
    await down.hooks.close()
    const told = await line.zap(down.authData).failure(step('call_completed', 'performSubscribe'), {
      targetUrl: 'https://x.example',
    })
    expect(told.message).toContain('Check that it runs')
  })
})

describe('without a hooks server', () => {
  const place = async (line: Line, suffixes: readonly string[]) => {
    const zap = line.zap()
    const ids = []
    for (const [index, suffix] of suffixes.entries()) {
      const inputData = {
        agent_id: 'agent_clinic',
        recipient_phone: `+120255501${suffix}`,
        once_per: `row ${index}`,
      }
      ids.push((await zap.place(inputData)).call_id as string)
    }
    return ids
  }

  test('an instant trigger shows the editor calls from the list, terminal ones only', async () => {
    await using line = await Line.start({ plan: 'business' })
    const [done, failed] = await place(line, ['01', '02', '08'])
    await line.advance(300)
    const zap = line.zap()
    const listed = await zap.run(step('call_completed', 'performList'))
    expect(listed.map(({ id }: { id: string }) => id)).toEqual([`${done}:call.completed`])
    expect(listed[0]).toMatchObject({ source: 'sweep', agent_name: 'Clinic reception', outcome: 'BOOKED' })
    checkShape('call_completed', listed[0])
    const [failure] = await zap.run(step('call_failed', 'performList'))
    expect(failure).toMatchObject({ id: `${failed}:call.failed`, reason: 'no_answer' })
  })

  test('the scheduled trigger gives each ended call, whatever the page it is on', async () => {
    await using line = await Line.start({ plan: '500x250' })
    const ids = await place(
      line,
      Array.from({ length: 120 }, (_none, index) => (index % 3 === 0 ? '02' : '01')),
    )
    await line.advance(900)
    const events = await line
      .zap()
      .run(step('call_finished', 'perform'), { meta: { isPopulatingDedupe: true } })
    expect(events.map(({ call_id }: { call_id: string }) => call_id).sort()).toEqual([...ids].sort())
    expect(new Set(events.map(({ id }: { id: string }) => id)).size).toBe(120)
    checkShape('call_finished', events[0])
  })

  test('the scheduled trigger narrows by its fields, and waits for a result that comes late', async () => {
    await using line = await Line.start({ plan: 'business' })
    const [late, failed] = await place(line, ['09', '03'])
    const zap = line.zap()
    const poll = (inputData: Record<string, unknown> = {}) =>
      zap.run(step('call_finished', 'perform'), { inputData })
    let seenWithoutResult = false
    for (let second = 0; second < 150; second += 5) {
      await line.advance(5)
      for (const event of await poll({ status: 'completed' })) {
        if (event.summary === null) seenWithoutResult = true
      }
    }
    expect(seenWithoutResult).toBe(false)
    const events = await poll()
    expect(events.map(({ call_id }: { call_id: string }) => call_id).sort()).toEqual([late, failed].sort())
    expect(await poll({ status: 'failed', reason: ['no_answer'] })).toEqual([])
    expect(await poll({ agent_id: 'agent_survey' })).toEqual([])
    expect(await poll({ outcome: ['booked'] })).toHaveLength(1)
  })
})
