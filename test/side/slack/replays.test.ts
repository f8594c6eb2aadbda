// Whatever Slack tells again, and however often: one phone rings once, and one card says so. The app is the real one
// in processes of its own: one, two on one database, or one that is killed in the middle and started again.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../packages/hooks/src/testing/database.ts'
import { type KillablePostgres, startKillablePostgres } from '../postgres/killable.ts'
import { type AppProcess, ringsOf, startApp } from './app-process.ts'
import { NOON } from './app-world.ts'
import { callForm, saveSettings } from './flows.ts'
import { SlackWorld } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const REPLAYS = 50
type View = Record<string, unknown>
/** Sends the same once more. */
type Send = () => Promise<unknown>

/** Sends something fifty times, in whatever way the case is about; `last` is what makes the phone ring. */
type Storm = (send: Send, last: boolean) => Promise<void>

/** Each way in, from its first request to the one that places the call: every request of it is told fifty times. */
const entries: Record<string, (slack: SlackWorld, phone: string, storm: Storm) => Promise<void>> = {
  /** Quick dial is on, so the command itself places the call. */
  command: async (slack, phone, storm) => {
    const trigger = await slack.trigger(slack.user('alice'))
    await storm(() => slack.command('/call', `${phone} agent_clinic`, { trigger }), true)
  },
  button: async (slack, phone, storm) => {
    // Clicked by somebody else than in the other cases, so that no quota is shared.
    const asked = await slack.command('/call', `${phone} agent_clinic`, { user: 'bob' })
    const button = SlackWorld.buttons(await slack.response(asked.id)).confirm_call ?? { action_id: '' }
    const first = await prepared(slack, () => slack.click(button, { user: 'bob' }))
    await storm(() => slack.replay(first), true)
  },
  modal: async (slack, phone, storm) => {
    await fill(slack, phone, storm, { n: randomUUID(), c: slack.general, t: null, e: 'modal' })
  },
  shortcut: async (slack, phone, storm) => {
    const message = { text: `Ring ${phone} please`, ts: '5.5', thread_ts: '5.1' }
    const first = await prepared(slack, () => slack.shortcut('call_this_number', message))
    const before = slack.calls('views.open').length
    await storm(() => slack.replay(first), false)
    const opened = () => slack.calls('views.open').slice(before)
    await slack.until('the form', () => opened().length > 0)
    expect(opened()).toHaveLength(1)
    await fill(slack, phone, storm, memoryOf(opened()[0]?.body.view))
  },
  event: async (slack, phone, storm) => {
    const id = `Ev${randomUUID()}`
    const before = slack.calls('views.publish').length
    const home = { type: 'app_home_opened', user: slack.user('alice'), tab: 'home', channel: 'D1' }
    await storm(() => slack.event(home, id), false)
    await slack.until('the home', () => slack.calls('views.publish').length > before)
    expect(slack.calls('views.publish')).toHaveLength(before + 1)
    const click = await prepared(slack, () => slack.click({ action_id: 'home_call' }, { viewId: 'V1' }))
    const opens = slack.calls('views.open').length
    await storm(() => slack.replay(click), false)
    const opened = () => slack.calls('views.open').slice(opens)
    await slack.until('the form', () => opened().length > 0)
    expect(opened()).toHaveLength(1)
    await fill(slack, phone, storm, memoryOf(opened()[0]?.body.view))
  },
}

const memoryOf = (view: unknown): View => JSON.parse(String((view as View).private_metadata)) as View

/** The form sent fifty times, then the question behind it answered fifty times. */
async function fill(slack: SlackWorld, phone: string, storm: Storm, memory: View): Promise<void> {
  const view = { id: `V${memory.n}`, callback_id: 'call_view', private_metadata: JSON.stringify(memory) }
  const asked = new Set<unknown>()
  await storm(async () => {
    const { body } = await slack.submit(view, callForm({ phone, channel: slack.general }))
    asked.add((body as { view?: View } | undefined)?.view?.private_metadata)
  }, false)
  // On a busy machine, some were told to wait, and were shown the question later.
  if (asked.delete(undefined)) {
    const shown = () =>
      slack.calls('views.update').filter(({ body }) => String(body.external_id).startsWith(view.id))
    await slack.until('the question', () => shown().length > 0)
    for (const { body } of shown()) asked.add((body.view as View).private_metadata)
  }
  expect([...asked]).toHaveLength(1)
  const question = { id: `C${memory.n}`, callback_id: 'confirm_view', private_metadata: [...asked][0] }
  await storm(() => slack.submit(question, {}), true)
}

/** A request as Slack would send it, without sending it. */
async function prepared(slack: SlackWorld, send: () => Promise<{ payload: View }>): Promise<View> {
  const url = slack.appUrl
  slack.appUrl = `${slack.apiUrl}nowhere`
  try {
    return (await send()).payload
  } finally {
    slack.appUrl = url
  }
}

let slack: SlackWorld
let sandbox: Sandbox
let number = 2300
let postgres: KillablePostgres
beforeAll(async () => {
  slack = await SlackWorld.start()
  sandbox = await createSandbox({ speed: 0, startAt: NOON / 1000, plan: '10000x1000' })
  postgres = await startKillablePostgres()
})
afterAll(async () => {
  await sandbox.close()
  await slack.close()
  await postgres.stop()
})

/** Exactly one ring, now and a while later, and one card. */
async function expectOneRing(phone: string): Promise<void> {
  await slack.until('the phone to ring', async () => (await ringsOf(sandbox)).includes(phone))
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect((await ringsOf(sandbox)).filter((one) => one === phone)).toEqual([phone])
  expect(cardsOf(phone)).toHaveLength(1)
}
const cardsOf = (phone: string) =>
  slack.messages().filter(({ edits }) => edits[0]?.includes(`•${phone.slice(-2)}`) === true)

/**
 * As that; but a process may be killed in the moment between noting that it sends and sending, and then nothing on
 * earth can tell: such a call is not placed again, and its card says that it may have been.
 */
async function expectOneRingOrDoubt(phone: string): Promise<void> {
  await slack.until(
    'an end',
    async () =>
      (await ringsOf(sandbox)).includes(phone) || cardsOf(phone)[0]?.edits.at(-1)?.includes('may have been'),
    60_000,
  )
  if ((await ringsOf(sandbox)).includes(phone)) await expectOneRing(phone)
  else expect(cardsOf(phone)).toHaveLength(1)
}

const nextPhone = (): string => {
  number += 1
  return `+1202555${number}`
}

const names = Object.keys(entries)

describe('one process', () => {
  let app: AppProcess
  const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-replays-'))
  beforeAll(async () => {
    app = await startApp(slack, sandbox, { SLACK_DATA_DIR: folder })
    await saveSettings({ slack }, { on: ['quickDial'], quotaPerson: '1000', quotaWorkspace: '1000' })
  })
  afterAll(async () => {
    await app.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(names)('50 replays at once: %s', async (name) => {
    const phone = nextPhone()
    await entries[name]?.(slack, phone, async (send) => {
      await Promise.all(Array.from({ length: REPLAYS }, send))
    })
    await expectOneRing(phone)
  })
})

describe('two processes on one database', () => {
  let both: AppProcess[]
  beforeAll(async () => {
    const storage = { SLACK_DATABASE_URL: await freshDatabase(postgres.url) }
    both = [await startApp(slack, sandbox, storage), await startApp(slack, sandbox, storage)]
    await saveSettings({ slack }, { on: ['quickDial'], quotaPerson: '1000', quotaWorkspace: '1000' })
  })
  afterAll(async () => {
    for (const app of both) await app.kill()
  })

  test.each(names)('50 replays at once, to one and the other: %s', async (name) => {
    const phone = nextPhone()
    await entries[name]?.(slack, phone, async (send) => {
      await Promise.all(
        Array.from({ length: REPLAYS }, (_, index) => {
          slack.appUrl = both[index % 2]?.url ?? ''
          return send()
        }),
      )
    })
    await expectOneRing(phone)
  })
})

describe('a process that is killed in the middle and started again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'movoice-slack-replays-'))
  let app: AppProcess
  beforeAll(async () => {
    app = await startApp(slack, sandbox, { SLACK_DATA_DIR: folder })
    await saveSettings({ slack }, { on: ['quickDial'], quotaPerson: '1000', quotaWorkspace: '1000' })
  })
  afterAll(async () => {
    await app.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  // From before anything is stored to after the phone rang.
  const moments = [0, 30, 150]
  test.each(names.flatMap((name) => moments.map((ms) => ({ name, ms }))))(
    'after $ms ms: $name',
    async ({ name, ms }) => {
      const phone = nextPhone()
      await entries[name]?.(slack, phone, async (send, last) => {
        const half = Array.from({ length: last ? REPLAYS / 2 : REPLAYS }, async () => send())
        // Those that the end cuts off are told again afterwards.
        const sent = Promise.allSettled(half)
        if (last) {
          await new Promise((resolve) => setTimeout(resolve, ms))
          await app.kill()
          await sent
          app = await startApp(slack, sandbox, { SLACK_DATA_DIR: folder })
          await Promise.all(Array.from({ length: REPLAYS }, send))
        }
        await sent
      })
      await expectOneRingOrDoubt(phone)
    },
  )
})
