import { expect, test } from 'vitest'
import { execute, listAgents } from './engine.ts'
import { agent, create, number, world } from './world.ts'

test('a call for each item, its item linked, numbers made E.164', async () => {
  await using w = await world()
  const { status, items } = await execute(
    w.credential,
    {
      parameters: {
        ...create,
        specifyVariables: 'fields',
        variables: { variable: [{ name: 'name', value: '={{ $json.name }}' }] },
        options: {
          fromNumber: '+1 202 555 0150',
          maxDuration: 600,
          defaultCountry: 'IN',
          scheduleAt: '2026-01-02 10:00',
        },
      },
    },
    [
      { phone: '+1 (202) 555-0101', name: 'Asha' },
      { phone: '98765 43210', name: 'Ravi' },
    ],
  )
  expect(status).toBe('success')
  expect(items[0]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }])
  expect((await w.requests()).map(({ body }) => body)).toEqual([
    {
      agent_id: 'agent_clinic',
      recipient_phone: '+12025550101',
      variables: { name: 'Asha' },
      from_number: '+12025550150',
      max_duration: 600,
      // 10:00 in the workflow's zone, which is +05:30.
      schedule_at: Date.parse('2026-01-02T04:30:00Z') / 1000,
    },
    expect.objectContaining({ recipient_phone: '+919876543210', variables: { name: 'Ravi' } }),
  ])
})

test('variables as JSON, text or what an expression gave', async () => {
  await using w = await world()
  for (const variablesJson of ['{ "amount": 12 }', '={{ { amount: 12 } }}']) {
    const parameters = { ...create, specifyVariables: 'json', variablesJson }
    const { status } = await execute(w.credential, { parameters }, [{ phone: number('01') }])
    expect(status).toBe('success')
  }
  expect((await w.requests()).map(({ body }) => body?.variables)).toEqual([{ amount: 12 }, { amount: 12 }])
})

test('a wrong row stops the node before any phone rings, and says which item and field', async () => {
  await using w = await world()
  const { status, error } = await execute(w.credential, { parameters: create }, [
    { phone: number('01') },
    { phone: '98111 22333' },
  ])
  expect(status).toBe('error')
  expect(error?.message).toMatch(/^Phone Number has no country code/)
  expect(error?.description).toContain('Default Country')
  expect(error?.context).toMatchObject({ itemIndex: 1, movoice: { code: 'validation_failed' } })
  expect(JSON.stringify(error)).not.toContain('22333')
  expect(await w.rung()).toEqual([])
})

test('the error output gets the rows that failed, with what they came with', async () => {
  await using w = await world()
  const { status, outputs, items } = await execute(
    w.credential,
    { parameters: create, onError: 'continueErrorOutput' },
    [{ phone: 'nobody', row: 7 }, { phone: number('10') }, { phone: number('01') }],
  )
  expect(status).toBe('success')
  expect(items.map((output) => output.map(({ pairedItem }) => pairedItem))).toEqual([
    [{ item: 2 }],
    [{ item: 0 }, { item: 1 }],
  ])
  expect(outputs[1]?.[0]).toMatchObject({ row: 7, error: expect.stringContaining('letters') })
  expect(outputs[1]?.[1]).toMatchObject({ details: { code: 'unprocessable', status: 422, sent: 'yes' } })
})

test('Continue On Fail gives an item for each item', async () => {
  await using w = await world()
  const { outputs } = await execute(w.credential, { parameters: create, onError: 'continueRegularOutput' }, [
    { phone: number('01') },
    { phone: number('10') },
    { phone: number('02') },
  ])
  expect(outputs[0]?.map((json) => json.status ?? 'refused')).toEqual(['initiated', 'refused', 'initiated'])
})

test('a wrong key is told as one, with the way out', async () => {
  await using w = await world()
  const credential = { ...w.credential, apiKey: 'wrong_key_0123456789' }
  const { error } = await execute(credential, { parameters: create }, [{ phone: number('01') }])
  expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401' })
  expect(error?.description).toMatch(/Settings → API Keys.*docs\/n8n\.md#errors/)
  expect(JSON.stringify(error)).not.toContain(credential.apiKey)
})

test('get, and get many by real paging', async () => {
  await using w = await world()
  const phones = Array.from({ length: 130 }, () => ({ phone: number('01') }))
  const placed = await execute(w.credential, { parameters: create }, phones)
  await w.advance(600)
  const [first] = placed.outputs[0] ?? []
  const got = await execute(
    w.credential,
    { parameters: { resource: 'call', operation: 'get', callId: String(first?.call_id), simplify: true } },
    [{}],
  )
  const [call] = got.outputs[0] ?? []
  expect(Object.keys(call ?? {})).toHaveLength(10)
  expect(call).toMatchObject({ status: 'completed', outcome: 'BOOKED', transcript: expect.any(String) })
  const list = (parameters: object) =>
    execute(w.credential, { parameters: { resource: 'call', operation: 'getAll', ...parameters } }, [{}])
  const all = await list({ returnAll: true, simplify: false, filters: { status: 'completed' } })
  expect(new Set(all.outputs[0]?.map(({ call_id }) => call_id)).size).toBe(130)
  expect((await list({ limit: 7 })).outputs[0]).toHaveLength(7)
  expect((await list({ limit: 120 })).outputs[0]).toHaveLength(120)
  expect((await list({ returnAll: true, filters: { status: 'failed' } })).outputs[0]).toEqual([])
})

test('a recording comes as a file', async () => {
  await using w = await world()
  const { outputs } = await execute(w.credential, { parameters: create }, [{ phone: number('02') }])
  await w.advance(600)
  const download = { resource: 'call', operation: 'downloadRecording', binaryPropertyName: 'audio' }
  const callId = String(outputs[0]?.[0]?.call_id)
  const none = await execute(w.credential, { parameters: { ...download, callId } }, [{}])
  expect(none.error?.message).toMatch(/no recording/)
})

test('agents: found by name, read, changed', async () => {
  await using w = await world()
  expect((await listAgents(w.credential, 'CLINIC')).results).toEqual([
    { name: 'Clinic reception', value: 'agent_clinic' },
  ])
  const run = (parameters: object) =>
    execute(w.credential, { parameters: { resource: 'agent', agentId: agent, ...parameters } }, [{}])
  const updated = await run({
    operation: 'update',
    updateFields: { prompt: 'Be kind.', voiceId: 'v_1', additionalFields: '{ "greeting": "Hi" }' },
  })
  expect(updated.outputs[0]?.[0]).toMatchObject({ prompt: 'Be kind.', voice_id: 'v_1' })
  expect((await run({ operation: 'get' })).outputs[0]?.[0]).toMatchObject({ prompt: 'Be kind.' })
  expect((await run({ operation: 'getAll', returnAll: true })).outputs[0]?.length).toBeGreaterThan(1)
  expect((await run({ operation: 'getAll', limit: 1 })).outputs[0]).toHaveLength(1)
  expect((await run({ operation: 'update', updateFields: {} })).error?.message).toMatch(/nothing to change/)
})

test('one batch from all items: a result an item, wrong rows to the error output', async () => {
  await using w = await world()
  const parameters = {
    resource: 'batch',
    operation: 'create',
    agentId: agent,
    recipientsFrom: 'items',
    recipientPhone: '={{ $json.phone }}',
    specifyVariables: 'json',
    variablesJson: '={{ { name: $json.name } }}',
    options: { concurrency: 2 },
  }
  const rows = [
    { phone: number('01'), name: 'Asha' },
    { phone: '12', name: 'Nobody' },
    { phone: number('02'), name: 'Ravi' },
  ]
  const stopped = await execute(w.credential, { parameters }, rows)
  expect([stopped.status, await w.rung()]).toEqual(['error', []])
  const { outputs, items } = await execute(w.credential, { parameters, onError: 'continueErrorOutput' }, rows)
  expect(outputs[0]).toEqual([
    expect.objectContaining({ batch_id: expect.any(String), phone: number('01') }),
    expect.objectContaining({ batch_id: expect.any(String), phone: number('02') }),
  ])
  expect(items[1]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }])
  const sent = (await w.requests()).filter(({ path }) => path.endsWith('/calls/batch'))
  expect(sent.map(({ body }) => body)).toEqual([
    {
      agent_id: 'agent_clinic',
      concurrency: 2,
      recipients: [
        { phone: number('01'), variables: { name: 'Asha' } },
        { phone: number('02'), variables: { name: 'Ravi' } },
      ],
    },
  ])
})

test('a batch from JSON', async () => {
  await using w = await world()
  const parameters = {
    resource: 'batch',
    operation: 'create',
    agentId: agent,
    recipientsFrom: 'json',
    recipientsJson: `[{ "phone": "${number('01')}" }, "+1 202 555 0102"]`,
  }
  const { outputs } = await execute(w.credential, { parameters }, [{}])
  expect(outputs[0]).toEqual([expect.objectContaining({ batch_id: expect.any(String) })])
  const wrong = await execute(w.credential, { parameters: { ...parameters, recipientsJson: '[{]' } }, [{}])
  expect(wrong.error?.message).toMatch(/Recipients is not valid JSON/)
})

test('create and wait without a hooks server: the node looks by itself', async () => {
  await using w = await world({ speed: 100_000 })
  const parameters = { ...create, operation: 'createAndWait', waitMinutes: 5 }
  const { status, outputs } = await execute(w.credential, { parameters }, [
    { phone: number('01') },
    { phone: number('02') },
  ])
  expect(status).toBe('success')
  expect(outputs[0]).toEqual([
    expect.objectContaining({
      status: 'completed',
      outcome: 'BOOKED',
      timedOut: false,
      summary: expect.any(String),
    }),
    expect.objectContaining({ status: 'failed', reason: 'no_answer', timedOut: false }),
  ])
})

test('create and wait, when the time is over: the call as it is', async () => {
  await using w = await world({ speed: 1 })
  const parameters = { ...create, operation: 'createAndWait', waitMinutes: 0.01 }
  const { outputs } = await execute(w.credential, { parameters }, [{ phone: number('08') }])
  expect(outputs[0]).toEqual([expect.objectContaining({ call_id: expect.any(String), timedOut: true })])
})
