import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createWorld, type World } from './app-world.ts'
import { attempt, batchForm, callForm, type EntryName, saveSettings } from './flows.ts'
import { SlackWorld } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: World
let card = ''

beforeAll(async () => {
  world = await createWorld()
  const { slack } = world
  slack.groups = new Map([
    ['S1', { handle: 'night', name: 'Night shift', users: [slack.user('bob')] }],
    ['S2', { handle: 'desk', name: 'Front desk', users: [slack.user('alice')] }],
  ])
  // A call of alice's that is over, for *Call again*.
  await saveSettings(world)
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  await world.advance(900)
  await world.app.sweep()
  const update = world.slack.calls('chat.update').at(-1)
  card = SlackWorld.buttons(update?.body ?? {}).call_again?.value ?? ''
  expect(card).not.toBe('')
})
afterAll(async () => {
  const { problems } = world.slack
  await world.close()
  expect(problems).toEqual([])
})

const entries: EntryName[] = ['command', 'modal', 'button', 'shortcut', 'home', 'batch']
interface Guard {
  readonly name: string
  readonly settings: () => Parameters<typeof saveSettings>[1]
  readonly user?: string
  readonly phone?: string
}
const guards: Guard[] = [
  { name: 'kill switch', settings: () => ({ on: ['killSwitch'] }) },
  { name: 'guests', settings: () => ({}), user: 'guest' },
  { name: 'people of another company', settings: () => ({}), user: 'partner' },
  { name: 'callers', settings: () => ({ users: [world.slack.user('bob')] }) },
  { name: 'user groups', settings: () => ({ groups: ['S1'] }) },
  { name: 'a user group that is gone', settings: () => ({ groups: ['S9'] }) },
  { name: 'channels', settings: () => ({ channels: [world.slack.private] }) },
  { name: 'do-not-call', settings: () => ({ doNotCall: '+1 202 555 0101\n+12025550114' }) },
  { name: 'quota of a person', settings: () => ({ quotaPerson: '0' }) },
  { name: 'quota of the workspace', settings: () => ({ quotaWorkspace: '0' }) },
  { name: 'quiet hours', settings: () => ({ from: '02:00', until: '03:00' }) },
  { name: 'premium numbers', settings: () => ({}), phone: '+19005550101' },
]
/** *Call again* calls the number of its card: there is no other to try. */
const table = guards.flatMap((guard) =>
  entries
    .filter((entry) => !(entry === 'button' && guard.phone !== undefined))
    .map((entry) => ({ guard, entry, name: guard.name })),
)

test.each(table)('$name holds for $entry', async ({ guard, entry }) => {
  const { user = 'alice', phone = '+12025550114' } = guard
  await saveSettings(world, guard.settings())
  const before = (await world.rings()).length
  await attempt(world, entry, { user, phone }, card)
  expect(await world.rings()).toHaveLength(before)
})

const later = table.filter(({ guard }) => guard.phone === undefined && guard.user === undefined)
test.each(later)('$name, set between question and answer, holds for $entry', async ({ guard, entry }) => {
  await saveSettings(world)
  const before = (await world.rings()).length
  await attempt(
    world,
    entry,
    { user: 'alice', phone: '+12025550114', between: () => saveSettings(world, guard.settings()) },
    card,
  )
  expect(await world.rings()).toHaveLength(before)
})

test.each(entries.filter((entry) => entry !== 'batch'))(
  'who answers is judged, not who asked: %s',
  async (entry) => {
    await saveSettings(world)
    const before = (await world.rings()).length
    const asked = await world.slack.command('/call', '+12025550114 agent_clinic', { user: 'alice' })
    const response = await world.slack.response(asked.id)
    const value = SlackWorld.buttons(response).confirm_call?.value ?? ''
    if (entry === 'command' || entry === 'button')
      await world.slack.click({ action_id: 'confirm_call', value }, { user: 'guest' })
    else
      await world.slack.submit(
        { callback_id: 'confirm_view', private_metadata: value },
        {},
        { user: 'guest' },
      )
    await world.app.idle()
    expect(value).toContain('"d"')
    expect(await world.rings()).toHaveLength(before)
  },
)

test('every way in calls where it is allowed', async () => {
  // By a user group, the narrowest of the ways to be let in.
  await saveSettings(world, { groups: ['S1', 'S2'] })
  for (const [index, entry] of entries.entries()) {
    const before = (await world.rings()).length
    await world.advance(120)
    await attempt(world, entry, { user: 'alice', phone: `+1202555012${index}` }, card)
    await world.slack.until(`${entry} to ring`, async () => (await world.rings()).length === before + 1)
  }
})

test('a time that is past when the answer comes is no way around the calling hours', async () => {
  const { slack } = world
  await saveSettings(world)
  const before = (await world.rings()).length
  const inTenMinutes = Math.floor(world.now() / 1000) + 600
  const form = {
    ...callForm({ phone: '+12025550140', channel: slack.general }),
    schedule: { schedule: { selected_date_time: inTenMinutes } },
  }
  const memory = (n: string, e: string) => JSON.stringify({ n, c: slack.general, t: null, e, w: slack.team })
  const asked = await slack.submit(
    { callback_id: 'call_view', private_metadata: memory('late', 'modal') },
    form,
  )
  const question = (asked.body as { view: Record<string, unknown> }).view
  expect(question.callback_id).toBe('confirm_view')
  const updates = slack.calls('views.update').length
  await slack.submit(
    { callback_id: 'batch_view', private_metadata: memory('lateb', 'batch') },
    {
      ...batchForm(slack.upload('phone\n+12025550141\n'), slack.general),
      schedule: { schedule: { selected_date_time: inTenMinutes } },
    },
  )
  const preview = await slack.until('the preview', () =>
    slack
      .calls('views.update')
      .slice(updates)
      .map(({ body }) => body.view as Record<string, unknown>)
      .find((view) => view.callback_id === 'batch_place_view'),
  )
  await world.advance(1200)
  for (const view of [question, preview])
    expect(JSON.stringify((await slack.submit(view, {})).body)).toContain('too old')
  await world.app.idle()
  expect(await world.rings()).toHaveLength(before)
})

test('what waits for its turn is not placed any more once calls are switched off', async () => {
  const { slack } = world
  await saveSettings(world)
  const before = (await world.rings()).length
  const cards = slack.messages().length
  const asked = await slack.command('/call', '+12025550145 agent_clinic')
  const { confirm_call } = SlackWorld.buttons(await slack.response(asked.id))
  const updates = slack.calls('views.update').length
  const preview = await slack.submit(
    {
      callback_id: 'batch_view',
      private_metadata: JSON.stringify({ n: 'off', c: slack.general, t: null, e: 'batch', w: slack.team }),
    },
    batchForm(slack.upload('phone\n+12025550146\n'), slack.general),
  )
  expect(JSON.stringify(preview.body)).toContain('Reading')
  const view = await slack.until('the preview', () =>
    slack
      .calls('views.update')
      .slice(updates)
      .map(({ body }) => body.view as Record<string, unknown>)
      .find(({ callback_id: id }) => id === 'batch_place_view'),
  )
  // Slack takes its time for both cards.
  for (let turn = 0; turn < 2; turn += 1)
    slack.faults.push({ method: 'chat.postMessage', fault: { delay: 2000 } })
  await slack.click(confirm_call ?? { action_id: '' }, { actionTs: '88.1' })
  await slack.submit(view, {})
  await saveSettings(world, { on: ['killSwitch'] })
  await world.app.idle()
  expect(await world.rings()).toHaveLength(before)
  const shown = slack.messages().slice(cards)
  expect(shown.map(({ edits }) => edits.at(-1)?.includes('switched off before'))).toEqual([true, true])
})

test('the last of a quota is had by one of many who click at once', async () => {
  await world.advance(120)
  await saveSettings(world, { quotaWorkspace: '1000', quotaPerson: '1' })
  const before = (await world.rings()).length
  const asked = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      world.slack.command('/call', `+1202555013${index} agent_clinic`, { user: 'bob' }),
    ),
  )
  const responses = await Promise.all(asked.map(({ id }) => world.slack.response(id)))
  const values = responses.map((response) => SlackWorld.buttons(response).confirm_call?.value)
  await Promise.all(
    values.map((value, index) =>
      world.slack.click(
        { action_id: 'confirm_call', ...(value !== undefined && { value }) },
        { user: 'bob', actionTs: `77.${index}` },
      ),
    ),
  )
  await world.slack.until('one ring', async () => (await world.rings()).length > before)
  await world.app.idle()
  expect(await world.rings()).toHaveLength(before + 1)
})
