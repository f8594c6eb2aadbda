// Calling many people: what is asked and what is left out, progress as it comes, files, and a kill in between.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWorld, eventOf, NOON, type World } from './app-world.ts'
import { attempt, batchForm, saveSettings } from './flows.ts'
import { BOT_TOKEN, SIGNING_SECRET, SlackWorld } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

type View = Record<string, unknown>
let nonce = 0

/** Sends the form with a file; what it answers at last. */
async function preview(slack: SlackWorld, csv: string): Promise<View> {
  nonce += 1
  const before = slack.calls('views.update').length
  await slack.submit(
    {
      callback_id: 'batch_view',
      private_metadata: JSON.stringify({ n: `n${nonce}`, c: slack.general, t: null, e: 'batch' }),
    },
    batchForm(slack.upload(csv), slack.general),
  )
  return slack.until(
    'the preview',
    () => slack.calls('views.update').slice(before).at(-1)?.body.view as View | undefined,
  )
}

const yes = { asking: { asking: { selected_options: [{ value: 'yes' }] } } }

describe('a batch', () => {
  let world: World
  beforeEach(async () => {
    world = await createWorld()
  })
  afterEach(async () => {
    const { problems } = world.slack
    await world.close()
    expect(problems).toEqual([])
  })

  test('from preview to results, sent five times', async () => {
    const { slack } = world
    const rows = [
      '+1 202 555 0101,"=HYPERLINK(""http://evil.example"")"',
      '98765,Short',
      '+12025550102,Ben',
      '+12025550101,Again',
      '+919876543210,Night',
    ]
    const shown = await preview(slack, `phone,name\n${rows.join('\n')}\n`)
    const text = JSON.stringify(shown)
    expect(text).toContain('*2* calls')
    for (const row of ['Row 3', 'Row 5', 'Row 6']) expect(text).toContain(row)

    // The rows left out, as a file that can be mended and sent again.
    const button = SlackWorld.buttons(shown).batch_rejected
    await slack.click(button ?? { action_id: '' }, { viewId: 'V1', actionTs: '9.1' })
    const left = await slack.until('the file', () => slack.uploads.at(0))
    expect(left.text.split('\r\n')).toEqual([
      'phone,name,#row,#reason',
      '98765,Short,3,an emergency or service number',
      '+12025550101,Again,5,the same number as row 2',
      '+919876543210,Night,6,outside the calling hours there',
      '',
    ])
    await slack.until('the note beside the preview', () => slack.calls('views.push').at(0))

    await Promise.all(Array.from({ length: 5 }, () => slack.submit(shown, {})))
    await world.app.idle()
    await world.advance(60)
    expect(await world.rings()).toHaveLength(2)
    await world.advance(900)
    await world.app.sweep()
    await world.app.sweep()
    await world.app.idle()
    const [card, thread, ...more] = slack.messages()
    expect(card?.edits.at(-1)).toContain('is done')
    expect(card?.edits.at(-1)).toContain('1 completed, 1 not reached')
    expect(thread?.thread).toBe(card?.ts)
    expect(thread?.edits[0]).toContain('the batch is done')
    expect(more).toEqual([])

    const results = {
      action_id: 'batch_results',
      value: SlackWorld.buttons(shown).batch_rejected?.value ?? '',
    }
    const refused = await slack.click(results, { user: 'bob', actionTs: '9.2' })
    expect(JSON.stringify(await slack.response(refused.id))).toContain('Only the caller')
    await slack.click(results, { actionTs: '9.3' })
    const file = await slack.until('the results', () => slack.uploads.at(1))
    const lines = file.text.split('\r\n')
    expect(lines[0]).toBe('row,phone,name,status,outcome,sentiment,duration,reason,summary,call_id')
    expect(lines.map((line) => line.split(',')[0])).toEqual(['row', '2', '3', '4', '5', '6', ''])
    // Whatever a file brought in does not become a formula in the spreadsheet of whoever opens the results.
    expect(lines[1]).toMatch(/^2,\+12025550101,"'=HYPERLINK\(""http:\/\/evil\.example""\)",completed,BOOKED,/)
    expect(lines[3]).toMatch(/^4,\+12025550102,Ben,failed,/)
    expect(lines[2]).toBe('3,98765,Short,rejected,,,,an emergency or service number,,')
  })

  test.each(['a fault', 'a lost answer', 'a restart'] as const)(
    'after %s at its end, the card and the thread tell of it all the same, once',
    async (what) => {
      const { slack } = world
      const shown = await preview(slack, 'phone\n+12025550101\n+12025550102\n')
      await slack.submit(shown, {})
      await world.app.idle()
      await world.advance(900)
      if (what === 'a restart')
        for (let turn = 0; turn < 3; turn += 1)
          slack.faults.push({ method: 'chat.update', fault: { status: 500 } })
      else
        slack.faults.push({
          method: 'chat.postMessage',
          fault: what === 'a fault' ? { error: 'internal_error' } : 'reset',
        })
      await world.app.sweep()
      await world.app.idle()
      if (what === 'a restart') await world.restart()
      for (let turn = 0; turn < 3; turn += 1) {
        await world.app.sweep()
        await world.app.idle()
      }
      const [card, thread, ...more] = slack
        .messages()
        .filter(({ ts }, at, all) => all.findIndex((one) => one.ts === ts) === at)
      expect(card?.edits.at(-1)).toContain('is done')
      expect(thread?.edits[0]).toContain('the batch is done')
      expect(more).toEqual([])
    },
  )

  test('hundreds of calls that are yet to come keep no other call’s result waiting', async () => {
    const { slack } = world
    await saveSettings(world, { quotaPerson: '1000' })
    const rows = Array.from({ length: 520 }, (_, index) => `+1202${5_551_000 + index}`)
    nonce += 1
    const before = slack.calls('views.update').length
    await slack.submit(
      {
        callback_id: 'batch_view',
        private_metadata: JSON.stringify({ n: `n${nonce}`, c: slack.general, t: null, e: 'batch' }),
      },
      {
        ...batchForm(slack.upload(`phone\n${rows.join('\n')}\n`), slack.general),
        schedule: { schedule: { selected_date_time: Math.floor(world.now() / 1000) + 86_400 } },
      },
    )
    const shown = await slack.until('the preview', () => slack.calls('views.update').slice(before).at(-1))
    await slack.submit(shown.body.view as View, {})
    await world.app.idle()
    await slack.until('the batch', () =>
      slack.messages().find(({ edits }) => edits[0]?.includes('Batch of 520')),
    )
    await attempt(world, 'command', { user: 'alice', phone: '+12025550114' })
    await world.advance(900)
    await world.app.sweep()
    await world.app.idle()
    const card = slack
      .messages()
      .find(({ edits }) => edits[0]?.includes('Asked for by') && !edits[0].includes('Batch'))
    expect(card?.edits.at(-1)).toContain('Completed')
  })

  const ASKS = 'phone,name\n+12025550101,Asha\n+18005550100,Toll-free\n+12020550101,Odd\n'

  test('numbers that need a second look are shown with why, and left out unless an admin allows them', async () => {
    const { slack } = world
    const shown = await preview(slack, ASKS)
    const text = JSON.stringify(shown)
    expect(text).toContain('*2* rows need a second look')
    expect(text).toContain('Row 3: the time there is not certain')
    expect(text).toContain('Row 4: in no range known to be in use')
    expect(text).toContain('An admin can allow them')
    // A form that says yes all the same is not believed.
    await slack.submit(shown, yes)
    await world.app.idle()
    await world.advance(60)
    expect((await world.rings()).map(({ recipient_phone }) => recipient_phone)).toEqual(['+12025550101'])
    const [card] = slack.messages()
    expect(card?.edits[0]).toContain('*2* rows are left out')
    const value = SlackWorld.buttons(slack.calls('chat.postMessage')[0]?.body ?? {}).batch_rejected
    await slack.click(value ?? { action_id: '' }, { actionTs: '9.1' })
    const left = await slack.until('the file', () => slack.uploads.at(0))
    expect(left.text).toContain('+18005550100,Toll-free,3,the time there is not certain')
  })

  test('with an admin’s leave, one yes calls them', async () => {
    const { slack } = world
    await saveSettings(world, { on: ['batchQuestions'] })
    const without = await preview(slack, ASKS)
    expect(JSON.stringify(without)).toContain('I have looked: call these 2 too')
    await slack.submit(without, {})
    await world.app.idle()
    await world.advance(120)
    expect(await world.rings()).toHaveLength(1)
    const shown = await preview(slack, ASKS)
    await slack.submit(shown, yes)
    await world.app.idle()
    await world.advance(60)
    expect(await world.rings()).toHaveLength(4)
    // Nothing but these: an empty yes is asked for.
    await world.advance(120)
    const only = await preview(slack, 'phone\n+18005550100\n')
    expect((await slack.submit(only, {})).body).toMatchObject({ response_action: 'errors' })
  })

  test('what changes between the preview and the yes is shown again, and nobody is called', async () => {
    const { slack } = world
    const shown = await preview(slack, 'phone\n+12025550101\n+12025550102\n')
    await saveSettings(world, { doNotCall: '+12025550102' })
    const again = await slack.submit(shown, {})
    const text = JSON.stringify(again.body)
    expect(text).toContain('changed since the preview')
    expect(text).toContain('*1* call with')
    expect(text).toContain('on your do-not-call list')
    expect(await world.rings()).toEqual([])
    await slack.submit((again.body as { view: View }).view, {})
    await world.app.idle()
    await world.advance(60)
    expect(await world.rings()).toHaveLength(1)
    await saveSettings(world, { quotaPerson: '2' })
    const over = await preview(slack, 'phone\n+12025550103\n+12025550104\n')
    expect(JSON.stringify(over)).toContain('used your 2 calls')
  })

  test('progress is edited as events come, once a second at most, without a sweep', async () => {
    const { slack } = world
    const phones = Array.from({ length: 40 }, (_, index) => `+1202555${String(2100 + index)}`)
    const shown = await preview(slack, `phone\n${phones.join('\n')}\n`)
    await slack.submit(shown, {})
    await world.app.idle()
    await world.advance(1)
    const rings = await world.rings()
    expect(rings).toHaveLength(40)
    const tell = (call_id: string, event: object) =>
      world.app.take({ ...eventOf({ call_id, ...event }), agent_id: 'agent_clinic' })
    for (const [index, { call_id, recipient_phone }] of rings.entries()) {
      const known = {
        agent_id: 'agent_clinic',
        direction: 'outbound',
        recipient_phone,
        timestamp: NOON / 1000,
      }
      await tell(call_id, { event_type: 'call.started', ...known })
      const end = {
        event_type: 'call.completed',
        duration: 9,
        summary: 's',
        sentiment: 'neutral',
        outcome: 'X',
      }
      await tell(call_id, { ...end, transcript_url: null, recording_url: null })
      await tell(call_id, { ...end, transcript_url: null, recording_url: null })
      if (index % 8 === 7) await new Promise((resolve) => setTimeout(resolve, 300))
    }
    await slack.until('the end', () => slack.messages()[0]?.edits.at(-1)?.includes('is done'))
    await world.app.idle()
    expect(slack.messages()[0]?.edits.at(-1)).toContain('40 completed, 0 not reached')
    expect(slack.messages()).toHaveLength(2)
    const card = slack.messages()[0]?.ts
    const times = slack.recorded
      .filter(({ method, body, answer }) =>
        method === 'chat.update' ? body.ts === card : answer.ts === card,
      )
      .map(({ at }) => at)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(times.length).toBeGreaterThan(2)
    // A second between beginnings; what a busy machine takes away on the way is not the app's.
    expect(Math.min(...gaps)).toBeGreaterThan(900)
    expect(times.length).toBeLessThan(12)
  })
})

/** Stands between the app and the sandbox, and keeps back a batch: before it is placed, or its answer. */
async function keeper(sandboxUrl: string, namesBatches: boolean) {
  let mode: 'pass' | 'before' | 'after' = 'pass'
  const seen: string[] = []
  let placed = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      void (async () => {
        const isBatch = request.method === 'POST' && request.url === '/v1/calls/batch'
        if (isBatch) seen.push(Buffer.concat(parts).toString())
        if (isBatch && mode === 'before') return
        const {
          host: _host,
          connection: _connection,
          'content-length': _length,
          ...headers
        } = request.headers
        const up = await fetch(new URL(request.url ?? '/', sandboxUrl), {
          method: request.method ?? 'GET',
          headers: headers as Record<string, string>,
          ...(parts.length > 0 && { body: Buffer.concat(parts) }),
        })
        const text = await up.text()
        if (isBatch) placed += 1
        if (isBatch && mode === 'after') return
        response
          .writeHead(up.status, { 'content-type': 'application/json' })
          .end(namesBatches ? text : text.replace(/"batch_id":"[^"]*"/g, '"batch_id":null'))
      })().catch(() => response.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    seen,
    placed: () => placed,
    set: (next: typeof mode) => {
      mode = next
    },
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

describe('a process that is killed while it sends a batch', () => {
  const CSV = 'phone,name\n+12025550101,Asha\n+12025550102,Ben\n+12025550107,Chitra\n'

  async function killed(when: 'before' | 'after' | 'unsent', namesBatches: boolean) {
    const slack = await SlackWorld.start()
    const sandbox = await createSandbox({ speed: 0, startAt: NOON / 1000, plan: '10000x1000' })
    const proxy = await keeper(new URL(sandbox.baseUrl).origin, namesBatches)
    const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-batch-'))
    const start = async () => {
      const child = spawn(process.execPath, ['--conditions=source', join(import.meta.dirname, 'child.ts')], {
        env: {
          PATH: process.env.PATH ?? '',
          SLACK_BOT_TOKEN: BOT_TOKEN,
          SLACK_SIGNING_SECRET: SIGNING_SECRET,
          SLACK_API_URL: slack.apiUrl,
          SLACK_DATA_DIR: folder,
          SLACK_SWEEP_MS: '300',
          MOVOICE_API_KEY: sandbox.apiKey,
          MOVOICE_BASE_URL: proxy.url,
          TEST_NOW: String(NOON),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      slack.appUrl = /http:\S+/.exec(String(line))?.[0] ?? ''
      return child
    }
    const control = async (path: string, body: object) =>
      fetch(`${sandbox.controlUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const rings = async () => {
      const seen = (await (await fetch(`${sandbox.controlUrl}/calls`)).json()) as
        | { calls: { recipient_phone: string }[] }
        | { recipient_phone: string }[]
      return (Array.isArray(seen) ? seen : seen.calls).map(({ recipient_phone }) => recipient_phone).sort()
    }
    let child = await start()
    const shown = await preview(slack, CSV)
    if (when === 'unsent') slack.faults.push({ method: 'chat.postMessage', fault: { delay: 1500 } })
    else proxy.set(when)
    await slack.submit(shown, {})
    if (when === 'unsent') await new Promise((resolve) => setTimeout(resolve, 300))
    else await slack.until('the request', () => proxy.seen.length > 0)
    if (when === 'after') await slack.until('the batch in Movoice', () => proxy.placed() === 1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    proxy.set('pass')
    child = await start()
    return {
      slack,
      proxy,
      rings,
      control,
      /** Sends the yes again, as Slack or an impatient person would. */
      again: () => Promise.all(Array.from({ length: 4 }, () => slack.submit(shown, {}))),
      edits: () => slack.messages().flatMap(({ edits }) => edits),
      close: async () => {
        child.kill('SIGKILL')
        await once(child, 'exit')
        await proxy.close()
        await sandbox.close()
        await slack.close()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }
  const ALL = ['+12025550101', '+12025550102', '+12025550107']

  test.each([true, false])(
    'after it was placed: it is found, shown and followed, and rings once (calls name their batch: %s)',
    async (namesBatches) => {
      const run = await killed('after', namesBatches)
      try {
        const { slack } = run
        await slack.until('the card', () => run.edits().some((text) => text.includes('may have been placed')))
        await run.again()
        await run.control('/advance', { seconds: 1 })
        await slack.until('what was found', () =>
          run.edits().some((text) => text.includes(namesBatches ? '0 of 3 done' : '*3 of 3* of its calls')),
        )
        await run.control('/advance', { seconds: 900 })
        await slack.until('the end', () => run.edits().some((text) => text.includes('is done')))
        await new Promise((resolve) => setTimeout(resolve, 700))
        expect(await run.rings()).toEqual(ALL)
        expect(run.proxy.seen).toHaveLength(1)
        expect(slack.messages()).toHaveLength(2)
        expect(slack.problems).toEqual([])
      } finally {
        await run.close()
      }
    },
  )

  test('before it came to Movoice: nothing is found, and nothing is sent again', async () => {
    const run = await killed('before', true)
    try {
      await run.slack.until('the card', () => run.edits().some((text) => text.includes('None of its calls')))
      await run.again()
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect(await run.rings()).toEqual([])
      expect(run.proxy.seen).toHaveLength(1)
    } finally {
      await run.close()
    }
  })

  test('before it was sent: it is sent then, once', async () => {
    const run = await killed('unsent', true)
    try {
      await run.again()
      await run.slack.until('the request', () => run.proxy.seen.length > 0)
      await run.control('/advance', { seconds: 900 })
      await run.slack.until('the end', () => run.edits().some((text) => text.includes('is done')))
      expect(await run.rings()).toEqual(ALL)
      expect(run.proxy.seen).toHaveLength(1)
    } finally {
      await run.close()
    }
  })
})
