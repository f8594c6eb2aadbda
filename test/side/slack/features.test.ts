import { createHooks } from '@movoice-kit/hooks'
import { createSandbox } from '@movoice-kit/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWorld, NOON, type World } from './app-world.ts'
import { attempt, callForm, saveSettings } from './flows.ts'
import { SlackWorld, textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(async () => {
  const { problems } = world.slack
  await world.close()
  expect(problems).toEqual([])
})

const say = async (text: string, user = 'alice') => {
  const asked = await world.slack.command('/movoice', text, { user })
  return textOf(await world.slack.response(asked.id))
}

describe('the umbrella command', () => {
  test('help, agents, agent, calls and status', async () => {
    expect(await say('help')).toContain('Place a call')
    expect(await say('')).toContain('Place a call')
    expect(await say('agents')).toContain('Clinic reception')
    expect(await say('agents payment')).not.toContain('Clinic')
    const agent = await say('agent “clinic reception”', 'boss')
    expect(agent).toContain('sarvam_hindi_female_01')
    expect(agent).toContain('agent_edit')
    expect(await say('agent clinic')).not.toContain('agent_edit')
    await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
    await world.advance(900)
    const [ring] = await world.rings()
    const list = await say('calls status=completed agent=clinic')
    expect(list).toContain(ring?.call_id)
    expect(list).not.toContain('555 0101')
    expect(await say('calls', 'boss')).toContain('555 0101')
    expect(await say('calls colour=red')).toContain('do not know the filter')
    expect(await say('calls from=yesterday')).toContain('cannot be read')
    expect(await say(`status ${ring?.call_id}`)).toContain('BOOKED')
    expect(await say(`status ${ring?.call_id}`, 'bob')).not.toContain('555 0101')
    for (const text of ['agents', 'agent clinic', 'calls', `status ${ring?.call_id}`])
      expect(await say(text, 'guest')).toContain('Guests cannot look')
    expect(await say('status call_nothing')).toContain('Reference')
    expect(await say('status')).toContain('Which one')
    expect(await say('call +12025550102 clinic note=&amp;lt;b&amp;gt;')).toContain('&amp;lt;b&amp;gt;')
  })

  test('in Hindi for those who read it', async () => {
    const alice = world.slack.people.get('alice')
    if (alice !== undefined) alice.locale = 'hi-IN'
    expect(await say('help')).toContain('कॉल करना')
  })

  test('batch and settings open forms, settings for admins alone', async () => {
    expect(await say('settings')).toContain('Only admins')
    await world.slack.command('/movoice', 'settings', { user: 'boss' })
    await world.slack.until('settings', () =>
      world.slack.calls('views.open').find(({ body }) => JSON.stringify(body).includes('settings_view')),
    )
    const saved = await world.slack.submit({ callback_id: 'settings_view' }, {}, { user: 'alice' })
    expect(JSON.stringify(saved.body)).toContain('Only admins')
    await saveSettings(world, { doNotCall: '+1 202 555 0119', on: ['quickDial'] })
    const asked = await world.slack.command('/call', '+12025550101 agent_clinic')
    expect(textOf(await world.slack.response(asked.id))).toContain('card')
    await world.app.idle()
    expect(await world.rings()).toHaveLength(1)
  })
})

describe('settings', () => {
  const open = async () => {
    const before = world.slack.calls('views.open').length
    await world.slack.command('/movoice', 'settings', { user: 'boss' })
    const opened = await world.slack.until('settings', () => world.slack.calls('views.open').at(before))
    return opened.body.view as Record<string, unknown>
  }

  test('user groups are chosen by name', async () => {
    const { slack } = world
    slack.groups = new Map([
      ['S1', { handle: 'night', name: 'Night shift', users: [slack.user('bob')] }],
      ['S2', { handle: 'desk', name: 'Front desk', users: [] }],
    ])
    expect(JSON.stringify(await open())).toContain('multi_external_select')
    const found = await slack.options('DESK', { action: 'group_select', user: 'boss' })
    expect(found.body).toMatchObject({
      options: [{ text: { text: '@desk · Front desk' }, value: 'S2' }],
    })
    await saveSettings(world, { groups: ['S2'] })
    expect(JSON.stringify(await open())).toContain('@desk · Front desk')
    // Asked once for all of these.
    expect(slack.calls('usergroups.list')).toHaveLength(1)
  })

  test('without the right to read groups nobody is let in by one, and admins can still mend it', async () => {
    expect(JSON.stringify(await open())).toContain('may not read user groups')
    await saveSettings(world, { groups: ['S1'] })
    await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
    expect(await world.rings()).toEqual([])
    const shown = JSON.stringify(await open())
    expect(shown).toContain('may not read user groups')
    expect(shown).toContain('"S1"')
    await saveSettings(world)
    await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
    expect(await world.rings()).toHaveLength(1)
  })

  test('a list of hundreds is whole in the form, and whole after it is saved', async () => {
    const ids = (first: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${first}${String(index).padStart(5, '0')}`)
    await saveSettings(world, { users: ids('U', 250), channels: ids('C', 100), viewers: ids('U', 1603) })
    const view = await open()
    const blocks = view.blocks as { block_id?: string; element?: Record<string, unknown> }[]
    const chosen = (list: string) =>
      blocks
        .filter(({ block_id }) => block_id?.replace(/_\d+$/, '') === list)
        .map(({ element }) => element?.initial_users ?? element?.initial_conversations ?? [])
    expect(chosen('users').flat()).toEqual(ids('U', 250))
    expect(chosen('channels')).toEqual([ids('C', 100), []])
    expect(chosen('viewers').flat()).toEqual(ids('U', 1500))
    expect(JSON.stringify(view)).toContain('and 103 more, which stay as they are')
    // Sent back as it was shown, with one taken off the first and one put into the last.
    const state = Object.fromEntries(
      blocks.flatMap(({ block_id = '', element }) => {
        const value = {
          selected_users: element?.initial_users,
          selected_conversations: element?.initial_conversations,
          selected_options: element?.initial_options,
          selected_time: element?.initial_time,
          value: element?.initial_value,
        }
        return element === undefined ? [] : [[block_id, { [String(element.action_id)]: value }]]
      }),
    )
    const changed = {
      ...state,
      users: { users: { selected_users: ids('U', 100).slice(1) } },
      channels_2: { channels_2: { selected_conversations: ['CNEW'] } },
    }
    const sent = await world.slack.submit(view, changed, { user: 'boss' })
    expect(JSON.stringify(sent.body)).toContain('Saved')
    const after = (await open()).blocks as typeof blocks
    const counted = (list: string) =>
      after
        .filter(({ block_id }) => block_id?.replace(/_\d+$/, '') === list)
        .flatMap(({ element }) => element?.initial_users ?? element?.initial_conversations ?? []).length
    expect([counted('users'), counted('channels'), counted('viewers')]).toEqual([249, 101, 1500])
    expect(JSON.stringify(after)).toContain('and 103 more, which stay as they are')
    // The form that was opened before is not saved over it.
    const late = await world.slack.submit(view, changed, { user: 'boss' })
    expect(JSON.stringify(late.body)).toContain('Somebody else saved')
  })

  test('a do-not-call list of thousands comes from a file, and goes into one', async () => {
    const { slack } = world
    const phones = Array.from({ length: 3000 }, (_, index) => `+1202${String(5_550_000 + index)}`)
    const file = slack.upload(`phone\n${phones.join('\n')}\nnobody\n98765\n`)
    const change = async (add: string | null, remove: string | null, files: object[], user = 'boss') => {
      const before = slack.calls('views.update').length
      const sent = await slack.submit(
        { callback_id: 'do_not_call_view' },
        { add: { add: { value: add } }, remove: { remove: { value: remove } }, file: { file: { files } } },
        { user },
      )
      if (!JSON.stringify(sent.body).includes('…')) return JSON.stringify(sent.body)
      return JSON.stringify(
        await slack.until('the list', () => slack.calls('views.update').slice(before).at(-1)?.body),
      )
    }
    const added = await change('+919876543210', null, [{ id: file }])
    expect(added).toContain('3,001 added')
    expect(added).toContain('2 rows of the file were not read')
    expect(added).toContain('Line 3002: nobody')
    expect(await change(null, '+1 202 555 0001\n+1 202 555 9999', [])).toContain('0 added, 1 taken off')
    expect(await change('+1 202 555 0101\nhello', null, [])).toContain('Line 2: hello')
    expect(await change(null, '+12025550101', [], 'alice')).toContain('Only admins')
    await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
    expect(await world.rings()).toEqual([])
    await slack.click({ action_id: 'do_not_call_export' }, { user: 'boss', viewId: 'V1' })
    await slack.until('the file', () =>
      slack.calls('files.completeUploadExternal').find(({ answer }) => answer.ok === true),
    )
    await slack.click({ action_id: 'do_not_call_open' }, { user: 'boss', viewId: 'V1' })
    const pushed = await slack.until('the form', () => slack.calls('views.push').at(-1))
    expect(JSON.stringify(pushed.body)).toContain('3,000 numbers')
  })
})

test('an agent is edited with its difference shown first, across a restart, and not over somebody else’s change', async () => {
  const { slack } = world
  const click = await slack.click({ action_id: 'agent_edit', value: 'agent_clinic' }, { user: 'boss' })
  expect(click.status).toBe(200)
  const form = await slack.until(
    'the form',
    () => slack.calls('views.update').at(-1)?.answer.view as Record<string, unknown> | undefined,
  )
  const edit = async (prompt: string) => {
    const values = {
      prompt_0: { prompt: { value: prompt } },
      voice: { voice: { value: 'sarvam_hindi_female_01' } },
    }
    const before = slack.calls('views.update').length
    await slack.submit({ ...form, id: `V${before}` }, values, { user: 'boss' })
    return slack.until(
      'the difference',
      () =>
        slack.calls('views.update').slice(before).at(-1)?.body.view as Record<string, unknown> | undefined,
    )
  }
  const shown = await edit('You are {{name}}’s dentist.')
  expect(JSON.stringify(shown)).toContain('+ You are')
  expect(JSON.stringify(shown)).not.toContain('changed since')
  // Another process takes the save: nothing of the edit is in memory.
  await world.restart()
  const save = async (view: Record<string, unknown>, user: string) => {
    const before = slack.calls('views.update').length
    await slack.submit(view, {}, { user })
    return JSON.stringify(
      await slack.until('an answer', () => slack.calls('views.update').slice(before).at(-1)?.body.view),
    )
  }
  expect(await save(shown, 'alice')).toContain('too old')
  expect(await say('agent agent_clinic', 'boss')).not.toContain('dentist')
  expect(await save(shown, 'boss')).toContain('was changed')
  expect(await say('agent agent_clinic', 'boss')).toContain('dentist')
  expect(await save(shown, 'boss')).toContain('was changed')

  // Somebody else changes it between the difference and the save, and again after that.
  const change = (prompt: string) =>
    fetch(`${world.sandbox.baseUrl}/agents/agent_clinic`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${world.sandbox.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ prompt }),
    })
  const mine = await edit('Mine.')
  expect((await change('Theirs.')).status).toBe(200)
  const conflict = await save(mine, 'boss')
  expect(conflict).toContain('changed since you opened it')
  expect(conflict).toContain('- Theirs.')
  expect(conflict).toContain('+ Mine.')
  expect(await say('agent agent_clinic', 'boss')).toContain('Theirs.')
  expect(await save(JSON.parse(conflict), 'boss')).toContain('was changed')
  expect(await say('agent agent_clinic', 'boss')).toContain('Mine.')
  await change('Theirs again.')
  expect(JSON.stringify(await edit('Mine again.'))).toContain('changed since you opened it')
})

test('the audit log and a transcript are sent as files, to those who may have them', async () => {
  const { slack } = world
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  for (const entry of ['command', 'batch'] as const)
    await attempt(world, entry, { user: 'guest', phone: '+12025550101' })
  await slack.shortcut('place_a_call', undefined, { user: 'guest' })
  await say(`status ${(await world.rings())[0]?.call_id}`)
  await world.advance(900)
  await world.app.sweep()
  await slack.click({ action_id: 'audit_export' }, { user: 'alice', viewId: 'V1' })
  await slack.click({ action_id: 'audit_export' }, { user: 'boss', viewId: 'V1' })
  const sent = () => slack.calls('files.completeUploadExternal').filter(({ answer }) => answer.ok === true)
  await slack.until('the audit log', () => sent().length === 1)
  const log = slack.uploads[0]?.text ?? ''
  for (const line of [
    `${slack.user('alice')},call,command,${slack.general},'+12•••••••01 agent_clinic,allow`,
    `${slack.user('guest')},call,command,${slack.general},,refuse: guest`,
    `${slack.user('guest')},batch,batch,${slack.general},,refuse: guest`,
    `${slack.user('guest')},call,shortcut,,,refuse: guest`,
    `${slack.user('alice')},status,command,${slack.general},`,
  ])
    expect(log).toContain(line)
  const { transcript } = SlackWorld.buttons(slack.calls('chat.update').at(-1)?.body ?? {})
  const opens = slack.calls('views.open').length
  await slack.click(transcript ?? { action_id: '' })
  const opened = await slack.until('the transcript', () => slack.calls('views.open').at(opens))
  const { transcript_file: file } = SlackWorld.buttons(opened.body.view as object)
  for (const user of ['bob', 'alice']) await slack.click(file ?? { action_id: '' }, { user, viewId: 'V2' })
  await slack.until('the transcript', () => sent().length === 2)
  expect(sent().every(({ body }) => String(body.channel_id ?? body.channels).startsWith('D'))).toBe(true)
})

test('where Slack does not say who somebody is, nobody is called and they are told', async () => {
  world.slack.faults.push({ method: 'users.info', fault: { error: 'user_not_found' } })
  const asked = await world.slack.command('/call', '+12025550101 agent_clinic', { user: 'bob' })
  expect(textOf(await world.slack.response(asked.id))).toContain('Reference')
  expect(await world.rings()).toEqual([])
})

test('a message’s number is called from its menu, in its thread', async () => {
  const { slack } = world
  await slack.shortcut('call_this_number', {
    text: 'Ring <tel:+12025550101|(202) 555-0101> please',
    ts: '5.5',
    thread_ts: '5.1',
  })
  const opened = await slack.until('the form', () => slack.calls('views.open').at(-1))
  expect(JSON.stringify(opened.body)).toContain('+12025550101')
  const view = opened.answer.view as Record<string, unknown>
  const sent = await slack.submit(view, callForm({ phone: '+12025550101', channel: slack.general }))
  await slack.submit((sent.body as { view: Record<string, unknown> }).view, {})
  await world.app.idle()
  expect(slack.messages()[0]?.thread).toBe('5.1')
  await slack.shortcut('call_this_number', { text: '+12025550101 or +12025550114', ts: '6.5' })
  const two = await slack.until('the choice', () => slack.calls('views.open').at(1))
  expect(JSON.stringify(two.body)).toContain('radio_buttons')
  // What another app posted: the number is in a block, the text is a summary.
  await slack.shortcut('call_this_number', {
    text: 'New lead',
    ts: '7.5',
    blocks: [
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Phone*\n+91 98765 43210' }] },
      { type: 'rich_text', elements: [{ type: 'link', url: 'tel:+919876543210', text: 'call' }] },
    ],
    attachments: [{ fields: [{ title: 'Phone', value: '+91 98765-43210' }] }],
  })
  const posted = await slack.until('the form for it', () => slack.calls('views.open').at(2))
  expect(JSON.stringify(posted.body)).toContain('"initial_value":"+919876543210"')
  await slack.shortcut('place_a_call', undefined)
  await slack.until('the form', () => slack.calls('views.open').at(3))
})

test('the home shows calls, quota and pages, once an event', async () => {
  const { slack } = world
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  for (const _ of [1, 2, 3])
    await slack.event(
      { type: 'app_home_opened', user: slack.user('alice'), tab: 'home', channel: 'D1' },
      'Ev1',
    )
  const home = await slack.until('the home', () => slack.calls('views.publish').at(-1))
  expect(JSON.stringify(home.body)).toContain('*1* of *50*')
  expect(JSON.stringify(home.body)).not.toContain('home_settings')
  await slack.event({ type: 'app_home_opened', user: slack.user('boss'), tab: 'home', channel: 'D1' })
  const boss = await slack.until('the admin’s home', () => slack.calls('views.publish').at(1))
  expect(JSON.stringify(boss.body)).toContain('home_settings')
  expect(slack.calls('views.publish')).toHaveLength(2)
})

test('results come through the hooks server, verified', async () => {
  const sandbox = await createSandbox({ speed: 0, startAt: NOON / 1000, plan: '10000x1000' })
  const hooks = await createHooks({
    webhookSecret: 'whs',
    token: 'hooks-token',
    apiKey: sandbox.apiKey,
    baseUrl: sandbox.baseUrl,
  })
  const other = await createWorld('http', {
    hooks: { url: hooks.url, token: 'hooks-token' },
    movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
  })
  const control = (path: string, body: object) =>
    fetch(`${sandbox.controlUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  try {
    await control('/webhook', { url: `${hooks.url}/movoice`, secret: 'whs' })
    await other.app.idle()
    await attempt(other, 'command', { user: 'alice', phone: '+12025550115' })
    await control('/advance', { seconds: 900 })
    await other.slack.until('the end on the card', () =>
      other.slack.messages()[0]?.edits.at(-1)?.includes('Completed'),
    )
    await other.slack.until('the thread', () => other.slack.messages().length === 2)
    const forged = await fetch(`${other.slack.appUrl}/movoice/events`, {
      method: 'POST',
      body: '{}',
      headers: { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' },
    })
    expect(forged.status).toBe(401)
  } finally {
    await other.close()
    await hooks.close()
    await sandbox.close()
  }
})
