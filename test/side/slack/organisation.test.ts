// An organisation that has installed the app for all of its workspaces: Slack names the organisation and the person's
// home with what is done, and only with a command the workspace it is done in.
import { randomBytes } from 'node:crypto'
import { Movoice } from '@movoice-kit/core'
import { Keyring } from '@movoice-kit/slack'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../packages/hooks/src/testing/database.ts'
import { openDatabase } from '../../../packages/slack/src/store/database.ts'
import { WorkspaceStore } from '../../../packages/slack/src/store/workspaces.ts'
import { type KillablePostgres, startKillablePostgres } from '../postgres/killable.ts'
import { createWorld, type World } from './app-world.ts'
import { attempt, callForm } from './flows.ts'
import { BOT_TOKEN, SIGNING_SECRET, SlackWorld, textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let postgres: KillablePostgres
let world: World
beforeEach(async () => {
  postgres = await startKillablePostgres()
  const storage = { url: await freshDatabase(postgres.url) }
  const keyring = Keyring.read(randomBytes(32).toString('base64'))
  world = await createWorld('http', {
    access: {
      oauth: { clientId: 'c', clientSecret: 's', stateSecret: 'state', redirectUri: 'http://127.0.0.1/' },
      keyring,
    },
    door: { signingSecret: SIGNING_SECRET },
    storage,
  })
  const database = await openDatabase(storage)
  await new WorkspaceStore(database, keyring).saveInstallation(
    'E1',
    {
      team: undefined,
      enterprise: { id: 'E1' },
      isEnterpriseInstall: true,
      user: { id: 'U1' },
      bot: { id: 'B1', userId: 'UB', token: BOT_TOKEN, scopes: [] },
    },
    1,
  )
  await database.close()
  const { slack } = world
  slack.enterprise = 'E1'
  // At home in a sibling of the workspace in which all of this is done.
  for (const name of ['alice', 'boss']) {
    const person = slack.people.get(name)
    if (person !== undefined) person.home = { team: 'T0SIBLING', enterprise: 'E1' }
  }
})
afterEach(async () => {
  const { problems } = world.slack
  await world.close()
  await postgres.stop()
  expect(problems).toEqual([])
})

/** The view that a command opens. */
async function opened(name: string, text: string, user: string): Promise<Record<string, unknown>> {
  const before = world.slack.calls('views.open').length
  await world.slack.command(name, text, { user })
  const call = await world.slack.until('a view', () => world.slack.calls('views.open').at(before))
  return call.body.view as Record<string, unknown>
}

async function call(user: string, form: Record<string, unknown>): Promise<string> {
  const filled = callForm({ phone: '+12025550101', channel: world.slack.general })
  const asked = await world.slack.submit(form, filled, { user })
  const { view } = (asked.body ?? {}) as { view?: Record<string, unknown> }
  if (view?.callback_id !== 'confirm_view') return textOf(view ?? {})
  await world.slack.submit(view, {}, { user })
  await world.app.idle()
  return ''
}

test('a form, a click and the home belong to the workspace they were made in, not to the home of who uses them', async () => {
  const { slack } = world
  const form = () => opened('/call', '', 'alice')
  expect(await call('alice', await form())).toBe('')
  expect(await world.rings()).toHaveLength(1)
  await world.advance(900)
  await world.app.sweep()
  const card = slack.calls('chat.update').at(-1)?.body ?? {}
  const again = SlackWorld.buttons(card).call_again ?? { action_id: '' }
  const left = await form()
  // Settings that are saved here hold here.
  const settings = await opened('/movoice', 'settings', 'boss')
  const saved = await slack.submit(
    settings,
    { switches: { switches: { selected_options: [{ value: 'killSwitch' }] } } },
    { user: 'boss' },
  )
  expect(JSON.stringify(saved.body)).toContain('Saved')
  expect(await call('alice', left)).toContain('switched off')
  const click = await slack.click(again, { user: 'alice' })
  expect(textOf(await slack.response(click.id))).toContain('switched off')
  await attempt(world, 'command', { user: 'alice', phone: '+12025550102' })
  expect(await world.rings()).toHaveLength(1)
})

test('workspaces that share an account see each their own calls of it', async () => {
  const { slack } = world
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  const [ours] = await world.rings()
  const movoice = new Movoice({ apiKey: world.sandbox.apiKey, baseUrl: world.sandbox.baseUrl })
  const theirs = await movoice.calls.create({ agent_id: 'agent_clinic', recipient_phone: '+12025550102' })
  const say = async (text: string) => {
    const asked = await slack.command('/movoice', text, { user: 'boss' })
    return textOf(await slack.response(asked.id))
  }
  const list = await say('calls')
  expect(list).toContain(ours?.call_id)
  expect(list).not.toContain(theirs.call_id)
  expect(await say(`status ${ours?.call_id}`)).toContain('Clinic reception')
  expect(await say(`status ${theirs.call_id}`)).toContain('nothing by that id')
})

test('people of a sibling may call, people of another organisation may not', async () => {
  const { slack } = world
  const partner = slack.people.get('partner')
  if (partner !== undefined) partner.home = { team: 'T0PARTNER', enterprise: 'E2' }
  await attempt(world, 'command', { user: 'partner', phone: '+12025550101' })
  expect(slack.responses.map(({ body }) => textOf(body)).join()).toContain('Guests cannot place calls')
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  expect(await world.rings()).toHaveLength(1)
})
