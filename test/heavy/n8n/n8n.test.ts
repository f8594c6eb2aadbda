import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { signWebhook } from '@movoice-kit/core/events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser } from '../browser/chromium.ts'
import { scriptedModel } from './model.ts'
import { type Json, until } from './n8n.ts'
import { link, number, rows, SECRET, start, startWorld, type World } from './world.ts'

let w: World
beforeAll(async () => {
  w = await startWorld()
}, 300_000)
afterAll(() => w?.close())

const agent = { __rl: true, mode: 'list', value: 'agent_clinic' }
const node = (parameters: object, credential: Json, more: object = {}) => ({
  id: 'n3',
  name: 'Movoice',
  type: 'n8n-nodes-movoice.movoice',
  typeVersion: 1,
  position: [600, 0],
  credentials: { movoiceApi: credential },
  webhookId: crypto.randomUUID(),
  parameters,
  ...more,
})
const create = { resource: 'call', operation: 'create', agentId: agent, recipientPhone: '={{ $json.phone }}' }

async function begin(
  parameters: object,
  items: object[],
  credential = w.credentials.plain,
  more: object = {},
) {
  const workflow = await w.n8n.workflow(
    `run ${crypto.randomUUID().slice(0, 8)}`,
    [start, ...rows(items), node(parameters, credential, more)],
    link('Start', 'Sheet', 'Rows', 'Movoice'),
  )
  return w.n8n.run(workflow, 'Start')
}

async function run(...args: Parameters<typeof begin>) {
  return w.n8n.execution(await begin(...args))
}

describe('the credential', () => {
  test('is tested by a real request', async () => {
    const good = await w.n8n.testCredential(w.credentials.plain, w.plain)
    expect(good).toMatchObject({ status: 'OK' })
    const bad = await w.n8n.testCredential(w.credentials.plain, { ...w.plain, apiKey: 'wrong' })
    expect(bad).toMatchObject({ status: 'Error', message: expect.stringContaining('Settings → API Keys') })
  })
})

describe('the action node', () => {
  test('lists agents for its field, by search', async () => {
    const found = await w.n8n.post('/rest/dynamic-node-parameters/resource-locator-results', {
      nodeTypeAndVersion: { name: 'n8n-nodes-movoice.movoice', version: 1 },
      path: 'parameters.agentId',
      methodName: 'searchAgents',
      currentNodeParameters: {},
      credentials: { movoiceApi: w.credentials.plain },
      filter: 'clinic',
    })
    expect(found.results).toEqual([{ name: 'Clinic reception', value: 'agent_clinic' }])
  })

  test('places, gets and lists calls, and fetches a recording', async () => {
    const placed = await run(create, [{ phone: number('01') }, { phone: '+1 (202) 555-0102' }])
    expect(placed.error).toBeUndefined()
    const [first] = placed.items('Movoice')
    expect(placed.items('Movoice')).toHaveLength(2)
    const get = { resource: 'call', operation: 'get', callId: first.call_id, simplify: true }
    await until(
      'the call is over',
      async () => (await run(get, [{}])).items('Movoice')[0]?.status === 'completed',
    )
    const list = { resource: 'call', operation: 'getAll', returnAll: true, filters: { status: 'completed' } }
    expect((await run(list, [{}])).items('Movoice').map(({ call_id }: Json) => call_id)).toContain(
      first.call_id,
    )
    const recording = await run({ resource: 'call', operation: 'downloadRecording', callId: first.call_id }, [
      {},
    ])
    const outcome = recording.data.resultData.runData.Movoice?.at(-1)
    expect(outcome.data?.main[0][0].binary?.data.mimeType ?? outcome.error?.message).toMatch(
      /audio|recording/,
    )
  })

  test('places batches, and works on agents', async () => {
    const batch = {
      resource: 'batch',
      operation: 'create',
      agentId: agent,
      recipientsFrom: 'items',
      recipientPhone: '={{ $json.phone }}',
    }
    const placed = await run(batch, [{ phone: number('01') }, { phone: number('02') }])
    expect(placed.items('Movoice')).toEqual([
      expect.objectContaining({ phone: number('01'), batch_id: expect.any(String) }),
      expect.objectContaining({ phone: number('02') }),
    ])
    const update = {
      resource: 'agent',
      operation: 'update',
      agentId: agent,
      updateFields: { prompt: 'Be kind.' },
    }
    expect((await run(update, [{}])).items('Movoice')[0]).toMatchObject({ prompt: 'Be kind.' })
    expect(
      (await run({ resource: 'agent', operation: 'get', agentId: agent }, [{}])).items('Movoice')[0],
    ).toMatchObject({ prompt: 'Be kind.' })
    expect(
      (await run({ resource: 'agent', operation: 'getAll', returnAll: true }, [{}])).items('Movoice').length,
    ).toBeGreaterThan(1)
  })

  test('rings good numbers once over three tries, and over a retry by hand', async () => {
    const before = (await w.rung()).length
    const id = await begin(
      create,
      [{ phone: number('01') }, { phone: number('10') }, { phone: number('02') }],
      w.credentials.plain,
      { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 },
    )
    const failed = await w.n8n.execution(id)
    expect(failed.status).toBe('error')
    expect((await w.rung()).slice(before)).toEqual([number('01'), number('02')])
    await w.n8n.post(`/rest/executions/${id}/retry`, { loadWorkflow: false })
    await until('the retry is over', async () => {
      const { results } = await w.n8n.get('/rest/executions?limit=5')
      return results.some((one: Json) => String(one.retryOf) === String(id) && one.status === 'error')
    })
    expect((await w.rung()).slice(before)).toEqual([number('01'), number('02')])
  }, 180_000)
})

describe('create and wait', () => {
  const wait = { ...create, operation: 'createAndWait', waitMinutes: 30 }

  test('is resumed by the hooks server when the last call is over', async () => {
    const id = await begin(wait, [{ phone: number('01') }, { phone: number('02') }], w.credentials.hooks)
    const done = await w.n8n.execution(id)
    expect(done.status).toBe('success')
    expect(done.items('Movoice')).toEqual([
      expect.objectContaining({
        status: 'completed',
        outcome: 'BOOKED',
        timedOut: false,
        summary: expect.any(String),
      }),
      expect.objectContaining({ status: 'failed', reason: 'no_answer', timedOut: false }),
    ])
    expect(w.n8n.logged()).not.toContain('did not return anything')
  })

  test('waits through a restart of n8n', async () => {
    // Nothing is told before n8n is down.
    await w.control('POST', '/webhook', { url: null })
    const id = await begin(wait, [{ phone: number('14') }], w.credentials.hooks)
    await w.n8n.execution(id, ['waiting'])
    await w.n8n.end('SIGKILL')
    await w.webhooksTo(`${w.hooks.url}/movoice`)
    const { calls } = await w.control('GET', '/calls')
    const body = JSON.stringify({ event_type: 'call.completed', call_id: calls.at(-1).call_id })
    await until('the call is over', async () => {
      const response = await fetch(`${w.sandbox.baseUrl}/calls/${calls.at(-1).call_id}`, {
        headers: { authorization: `Bearer ${w.sandbox.apiKey}` },
      })
      return ((await response.json()) as Json).status === 'completed'
    })
    const told = await fetch(`${w.hooks.url}/movoice`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) },
      body,
    })
    expect(told.ok).toBe(true)
    await w.n8n.begin()
    await w.n8n.login()
    const done = await w.n8n.execution(id)
    expect(done.items('Movoice')).toEqual([expect.objectContaining({ status: 'completed', timedOut: false })])
  })

  test('gives the call as it is when the time is over', async () => {
    const id = await begin({ ...wait, waitMinutes: 0.05 }, [{ phone: number('08') }], w.credentials.hooks)
    const done = await w.n8n.execution(id, undefined, 150_000)
    expect(done.items('Movoice')).toEqual([
      expect.objectContaining({ call_id: expect.any(String), timedOut: true }),
    ])
  }, 180_000)

  test('looks by itself without a hooks server', async () => {
    const done = await run({ ...wait, waitMinutes: 5 }, [{ phone: number('01') }])
    expect(done.items('Movoice')).toEqual([expect.objectContaining({ status: 'completed', timedOut: false })])
  })
})

describe('the trigger', () => {
  const trigger = (parameters: object, credential: Json) => ({
    id: 't0',
    name: 'Movoice Trigger',
    type: 'n8n-nodes-movoice.movoiceTrigger',
    typeVersion: 1,
    position: [0, 0],
    credentials: { movoiceApi: credential },
    webhookId: crypto.randomUUID(),
    parameters,
  })
  const place = (phone: string) => run(create, [{ phone }])

  test('registers itself at the hooks server, tells each end once, and leaves nothing, ten times over', async () => {
    const others = (await w.subscriptions()).length
    const hook = trigger({ mode: 'webhook', events: ['call.completed'] }, w.credentials.hooks)
    const workflow = await w.n8n.workflow('trigger with hooks', [hook])
    for (let time = 0; time < 10; time += 1) {
      await w.n8n.activate(workflow)
      await until('it is registered', async () => (await w.subscriptions()).length === others + 1)
      await w.n8n.deactivate(workflow)
      await until('it is gone', async () => (await w.subscriptions()).length === others)
    }
    await w.n8n.activate(workflow)
    await until('it is registered', async () => (await w.subscriptions()).length === others + 1)
    await place(number('15'))
    await until('an execution', async () =>
      (await w.n8n.executions(workflow)).some(({ status }: Json) => status === 'success'),
    )
    await w.n8n.deactivate(workflow)
    await until('it is gone', async () => (await w.subscriptions()).length === others)
    const executions = await w.n8n.executions(workflow)
    expect(executions).toHaveLength(1)
    const [item] = (await w.n8n.execution(executions[0].id)).items('Movoice Trigger')
    expect(item).toMatchObject({ type: 'call.completed', recipient_phone: number('15'), outcome: 'BOOKED' })
    expect(Object.keys(item)).toHaveLength(10)
  })

  test('takes Movoice’s own webhooks at its URL, and no others', async () => {
    const hook = trigger(
      { mode: 'webhook', events: ['call.completed'], simplify: false },
      w.credentials.plain,
    )
    const workflow = await w.n8n.workflow('trigger by URL', [hook])
    await w.n8n.activate(workflow)
    const url = `${w.n8n.url}/webhook/${hook.webhookId}/webhook`
    const send = async (event: object, secret: string) => {
      const body = JSON.stringify(event)
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, secret) },
        body,
      })
      return response.status
    }
    const [placed] = (await place(number('01'))).items('Movoice')
    const completed = {
      event_type: 'call.completed',
      call_id: placed.call_id,
      duration: 42,
      summary: 'Zoë ✓',
    }
    await until(
      'it is registered',
      async () => (await send({ event_type: 'call.started', call_id: 'x' }, SECRET)) === 200,
    )
    expect(await send(completed, 'forged')).toBe(401)
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
    expect(await send(completed, SECRET)).toBe(200)
    expect(await send(completed, SECRET)).toBe(200)
    await until('an execution', async () =>
      (await w.n8n.executions(workflow)).some(({ status }: Json) => status === 'success'),
    )
    expect(await w.n8n.executions(workflow)).toHaveLength(1)
    const [{ id }] = await w.n8n.executions(workflow)
    expect((await w.n8n.execution(id)).items('Movoice Trigger')[0]).toMatchObject({
      id: `${placed.call_id}:call.completed`,
      recipient_phone: number('01'),
      agent_id: 'agent_clinic',
      summary: 'Zoë ✓',
      source: 'webhook',
    })
    await w.n8n.deactivate(workflow)
    await until('it is gone', async () => (await send(completed, SECRET)) === 404)
  })

  test('listens for a test event in the editor', async () => {
    const hook = trigger({ mode: 'webhook', events: ['call.completed'] }, w.credentials.plain)
    const workflow = await w.n8n.workflow('trigger in test', [hook])
    const waiting = await w.n8n.post(`/rest/workflows/${workflow.id}/run`, {
      workflowData: workflow,
      triggerToStartFrom: { name: 'Movoice Trigger' },
    })
    expect(waiting).toMatchObject({ waitingForWebhook: true })
    const body = JSON.stringify({ event_type: 'call.completed', call_id: 'call_test' })
    const response = await fetch(`${w.n8n.url}/webhook-test/${hook.webhookId}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) },
      body,
    })
    expect(response.status).toBe(200)
    await until('an execution', async () => (await w.n8n.executions(workflow)).length === 1)
  })

  test('refuses to start without a secret, and says what to do', async () => {
    const credential = await w.n8n.credential({ ...w.plain, webhookSecret: '' })
    const workflow = await w.n8n.workflow('no secret', [
      trigger({ mode: 'webhook', events: ['call.completed'] }, credential),
    ])
    await w.n8n.activate(workflow).catch(() => undefined)
    await until('n8n says why', async () => w.n8n.logged().includes('no webhook secret'))
  })

  test('polls: nothing old, everything new', async () => {
    const workflow = await w.n8n.workflow('trigger by polling', [
      trigger(
        { mode: 'poll', events: ['call.completed', 'call.failed'], pollMinutes: 1 },
        w.credentials.plain,
      ),
    ])
    await w.n8n.activate(workflow)
    await until('it looks', async () =>
      w.n8n
        .get(`/rest/workflows/${workflow.id}`)
        .then(({ activeVersionId, active }: Json) => activeVersionId ?? active),
    )
    const placed = [await place(number('14')), await place(number('02'))].map(
      (one) => one.items('Movoice')[0].call_id,
    )
    const told = await until(
      'both are told',
      async () => {
        const executions = (await w.n8n.executions(workflow)).filter(
          ({ status }: Json) => status === 'success',
        )
        const items: Json[] = []
        for (const { id } of executions) items.push(...(await w.n8n.execution(id)).items('Movoice Trigger'))
        return placed.every((id) => items.some(({ call_id }: Json) => call_id === id)) && items
      },
      200_000,
    )
    expect(told.map(({ call_id }: Json) => call_id).sort()).toEqual([...placed].sort())
    await w.n8n.deactivate(workflow)
  }, 240_000)
})

describe('the example workflows', () => {
  const folder = join(import.meta.dirname, '../../../examples/n8n')

  /** An example as n8n imports it, with this world's credential in place of the reader's. */
  async function imported(file: string) {
    const example = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8'))
    for (const one of example.nodes) {
      if (one.credentials?.movoiceApi) one.credentials.movoiceApi = w.credentials.hooks
    }
    const { name, nodes, connections } = example
    return w.n8n.workflow(name, nodes, connections)
  }

  async function started(workflow: Json): Promise<void> {
    const { webhookId } = workflow.nodes.find(({ type }: Json) => type.endsWith('.movoiceTrigger'))
    await w.n8n.activate(workflow)
    await until('it is registered', async () =>
      (await w.subscriptions()).some(({ target_url }: Json) => target_url.includes(webhookId)),
    )
  }

  const finished = (workflow: Json, status = 'success') =>
    until('an execution', async () => {
      const found = (await w.n8n.executions(workflow)).find((one: Json) => one.status === status)
      return found && w.n8n.execution(found.id)
    })

  test('appointment reminder', async () => {
    const workflow = await imported('appointment-reminder')
    const done = await w.n8n.execution(await w.n8n.run(workflow, 'Start'))
    expect(done.error).toBeUndefined()
    expect(done.items('Answer').map(({ name, answer }: Json) => [name, answer])).toEqual([
      ['Asha', 'BOOKED'],
      ['Ravi', expect.stringMatching(/no_answer/i)],
    ])
    expect(done.items('To Correct')).toEqual([
      expect.objectContaining({ name: 'Nobody', problem: expect.stringContaining('Phone Number') }),
    ])
  })

  test('a sheet, row by row, nobody twice', async () => {
    const workflow = await imported('call-sheet-loop')
    const { id: project } = await w.n8n.get('/rest/projects/personal')
    const columns = ['name', 'phone', 'status', 'outcome', 'summary', 'call_id']
    const tables = `/rest/projects/${project}/data-tables`
    const table = await w.n8n.post(tables, {
      name: 'calls',
      columns: columns.map((name) => ({ name, type: 'string' })),
    })
    await w.n8n.post(`${tables}/${table.id}/insert`, {
      returnType: 'count',
      data: [
        { name: 'Asha', phone: number('01') },
        { name: 'Nobody', phone: 'not known' },
        { name: 'Ravi', phone: '+1 (202) 555-0102' },
        { name: 'Interrupted', phone: number('03'), status: 'calling' },
      ],
    })
    const before = (await w.rung()).length
    const told = async () => {
      const done = await w.n8n.execution(await w.n8n.run(workflow, 'Start'))
      expect(done.error).toBeUndefined()
      const { data } = await w.n8n.get(`${tables}/${table.id}/rows`)
      return data.map(({ name, status, outcome }: Json) => [name, status, outcome])
    }
    const expected = [
      ['Asha', 'done', 'BOOKED'],
      ['Nobody', 'to correct', expect.stringContaining('Phone Number')],
      ['Ravi', 'done', expect.stringMatching(/no_answer/i)],
      ['Interrupted', 'calling', null],
    ]
    expect(await told()).toEqual(expected)
    expect(await told()).toEqual(expected)
    expect((await w.rung()).slice(before)).toEqual([number('01'), number('02')])
  })

  test('lead call-back', async () => {
    const workflow = await imported('lead-call-back')
    await w.n8n.activate(workflow)
    const answer = await until('the page gets an answer', async () => {
      const response = await fetch(`${w.n8n.url}/webhook/movoice-new-lead`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Asha', phone: '(202) 555-0101' }),
      })
      return response.ok && (response.json() as Promise<Json>)
    })
    expect(answer).toEqual({ call_id: expect.stringMatching(/^call_/), message: 'We are calling you now.' })
    expect((await w.rung()).at(-1)).toBe(number('01'))
    await w.n8n.deactivate(workflow)
  })

  test('payment reminder batch', async () => {
    const workflow = await imported('payment-reminder-batch')
    const done = await w.n8n.execution(await w.n8n.run(workflow, 'Start'))
    expect(done.error).toBeUndefined()
    expect(done.items('Placed').map(({ phone }: Json) => phone)).toEqual([number('01'), number('03')])
    expect(done.items('To Correct')).toEqual([expect.objectContaining({ customer: 'Wrong Number' })])
  })

  test('post-call CRM update', async () => {
    const workflow = await imported('post-call-crm-update')
    await started(workflow)
    await run(create, [{ phone: number('01') }])
    const done = await finished(workflow)
    expect(done.items('Update the Contact')).toEqual([
      expect.objectContaining({ phone: number('01'), last_call_result: 'BOOKED', mood: 'positive' }),
    ])
    await w.n8n.deactivate(workflow)
  })

  test('missed-call retry', async () => {
    const workflow = await imported('missed-call-retry')
    await started(workflow)
    await run({ ...create, specifyVariables: 'json', variablesJson: '{ "name": "Ravi" }' }, [
      { phone: number('02') },
    ])
    const done = await finished(workflow)
    expect(done.error).toBeUndefined()
    const { requests } = await w.control('GET', '/requests')
    const again = requests.findLast(({ method }: Json) => method === 'POST').body
    expect(again).toMatchObject({ recipient_phone: number('02'), variables: { name: 'Ravi', retry: true } })
    const hour = Number(
      new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Asia/Kolkata',
        hour: '2-digit',
        hourCycle: 'h23',
      }).format(again.schedule_at * 1000),
    )
    expect(hour).toBeGreaterThanOrEqual(9)
    expect(hour).toBeLessThan(20)
    await w.n8n.deactivate(workflow)
  })

  test('an AI agent that may call', async () => {
    const model = await scriptedModel([
      {
        tool: 'Phone_Somebody',
        arguments: { phone: number('01'), name: 'Asha', reason: 'to confirm her visit' },
      },
      { say: 'Asha confirmed her visit.' },
    ])
    try {
      const example = JSON.parse(readFileSync(join(folder, 'ai-agent-that-may-call.json'), 'utf8'))
      const openAi = await w.n8n.post('/rest/credentials', {
        name: 'Model',
        type: 'openAiApi',
        data: { apiKey: 'sk-none', url: model.url },
      })
      for (const one of example.nodes) {
        if (one.credentials?.movoiceApi) one.credentials.movoiceApi = w.credentials.hooks
        if (one.credentials?.openAiApi) one.credentials.openAiApi = { id: openAi.id, name: openAi.name }
      }
      // A chat begins in a browser; here the same words come from a node.
      const nodes = example.nodes.map((one: Json) =>
        one.name === 'Chat'
          ? {
              ...rows([])[0],
              id: one.id,
              name: 'Chat',
              parameters: {
                mode: 'raw',
                jsonOutput: JSON.stringify({ chatInput: 'Please phone Asha.' }),
                options: {},
              },
            }
          : one.name === 'Assistant'
            ? {
                ...one,
                parameters: { promptType: 'define', text: '={{ $json.chatInput }}', ...one.parameters },
              }
            : one,
      )
      const workflow = await w.n8n.workflow(example.name, [start, ...nodes], {
        ...example.connections,
        ...link('Start', 'Chat'),
      })
      const before = (await w.rung()).length
      const done = await w.n8n.execution(await w.n8n.run(workflow, 'Start'))
      expect(done.error).toBeUndefined()
      expect(done.items('Assistant')).toEqual([
        expect.objectContaining({ output: 'Asha confirmed her visit.' }),
      ])
      expect((await w.rung()).slice(before)).toEqual([number('01')])
      expect(JSON.stringify(model.heard)).toContain('BOOKED')
    } finally {
      await model.close()
    }
  })
})

describe('the editor', () => {
  test('shows the node as a person sees it', async () => {
    const pictures = join(import.meta.dirname, 'work')
    mkdirSync(pictures, { recursive: true })
    const wait = {
      ...create,
      operation: 'createAndWait',
      variables: { variable: [{ name: 'name', value: '={{ $json.name }}' }] },
      agentId: { ...agent, cachedResultName: 'Clinic reception' },
      waitMinutes: 35,
      options: { defaultCountry: 'IN' },
    }
    const workflow = await w.n8n.workflow(
      'Call and use the result',
      [start, ...rows([{ name: 'Asha', phone: number('01') }]), node(wait, w.credentials.plain)],
      link('Start', 'Sheet', 'Rows', 'Movoice'),
    )
    await using browser = await openBrowser({ width: 1400, height: 900 })
    const [name, value] = w.n8n.cookie.split(/=(.*)/s) as [string, string]
    await browser.context.addCookies([{ name, value, url: w.n8n.url }])
    const page = await browser.context.newPage()
    await page.addInitScript(() => localStorage.setItem('n8n-browserId', 'heavy-suite'))
    await page.goto(`${w.n8n.url}/workflow/${workflow.id}`)
    await page.getByText('Movoice', { exact: true }).first().waitFor({ timeout: 60_000 })
    await page.screenshot({ path: join(pictures, 'canvas.png') })
    await page.locator('[data-test-id="canvas-node"][data-node-name="Movoice"]').first().dblclick()
    await page.getByText('Phone Number', { exact: true }).first().waitFor({ timeout: 30_000 })
    for (const label of ['Agent', 'Operation', 'Variables', 'Wait at Most (Minutes)', 'Options']) {
      expect(await page.getByText(label, { exact: true }).count(), label).toBeGreaterThan(0)
    }
    await page.waitForTimeout(500)
    await page.screenshot({ path: join(pictures, 'node.png') })
  })
})
