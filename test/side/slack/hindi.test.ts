// Somebody who reads Hindi goes through everything the app has to show: no English comes up but names, what is typed,
// and what others wrote.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWorld, type World } from './app-world.ts'
import { attempt, batchForm, callForm, saveSettings } from './flows.ts'
import { SlackWorld } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let world: World
beforeEach(async () => {
  world = await createWorld()
  for (const person of world.slack.people.values()) person.locale = 'hi-IN'
})
afterEach(async () => {
  const { problems } = world.slack
  await world.close()
  expect(problems).toEqual([])
})

/** Every text that was shown so far, with what is data taken out. */
function shown(): string[] {
  const { slack } = world
  const texts: string[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk)
    else if (typeof value === 'object' && value !== null) {
      const { type, text } = value as { type?: unknown; text?: unknown }
      if ((type === 'plain_text' || type === 'mrkdwn') && typeof text === 'string') texts.push(text)
      Object.values(value).forEach(walk)
    }
  }
  const sent = slack.recorded.filter(({ method }) => /^(chat|views)\./.test(method))
  for (const { body } of sent) {
    walk(body)
    if (typeof body.text === 'string') texts.push(body.text)
  }
  for (const { body } of slack.responses) {
    walk(body)
    texts.push(String(body.text))
  }
  for (const ack of slack.acks) {
    walk(ack)
    texts.push(...Object.values((ack as { errors?: Record<string, string> } | undefined)?.errors ?? {}))
  }
  return texts
}

/** Names, ids and code, quotations, and the words of agents and of those they talked to. */
const DATA = [
  /```[\s\S]*?```/g,
  /`[^`]*`/g,
  /“[^”]*”/g,
  /^> .*$/gm,
  /(?<=\*सारांश\*\n).*/g,
  /<[^>]*>/g,
  /:[a-z_0-9]+:/g,
  /&(?:lt|gt|amp);/g,
  /Movoice|Slack|CSV|API|UTF-8|5 MB|English|Call this number|Settings → API Keys|https:/g,
  /Clinic reception|Payment reminder|Customer survey|Summer campaign \(switched off\)|Front desk/g,
  /\b(?:agent|call|batch|sarvam)_\w+|\bBOOKED\b|\bNO_ANSWER\b|\/call|\b\w+=\w+/g,
  /(?<=जैसे )IN/g,
]
const english = (text: string): string[] =>
  DATA.reduce((rest, data) => rest.replace(data, ' '), text).match(/[A-Za-z]{2,}/g) ?? []

const say = async (text: string, user = 'alice', name = '/movoice') => {
  const asked = await world.slack.command(name, text, { user })
  return JSON.stringify(await world.slack.response(asked.id))
}

test('commands, forms, questions, cards, threads, files, the home, settings, agents and errors', async () => {
  const { slack } = world
  await slack.command('/movoice', 'settings', { user: 'boss' })
  await slack.until('settings', () => slack.calls('views.open').length > 0)
  slack.groups = new Map([['S1', { handle: 'desk', name: 'Front desk', users: [] }]])
  for (const text of [
    'help',
    'dance',
    'agents',
    'agents nobody',
    'agent clinic',
    'agent nobody',
    'calls',
    'calls colour=red',
    'calls from=yesterday',
    'status',
    'status call_nothing',
    'settings',
  ])
    await say(text)
  await say('agent clinic', 'boss')
  for (const text of [
    'hello',
    '98765 43210',
    '911',
    '+12025550101 +12025550102',
    '+12025550101 x42',
    '+12025550101 "clinic',
    '+12025550101 name=Asha Rao',
    '+12025550101 name=',
    '+12025550101 clinc',
    '+999 123 456 789',
    '+91 98765',
    '<@U123>',
    '+1 800 FLOWERS',
    '+19005550101 clinic',
    '+919876543210 clinic',
  ])
    await say(text, 'alice', '/call')
  await say('+12025550101 clinic', 'guest', '/call')

  // The question in its four forms, and a call from its card to its thread and files.
  expect(await say('+18005550100 clinic', 'alice', '/call')).toContain('निश्चित नहीं')
  expect(await say('+1 202 055 0101 clinic', 'alice', '/call')).toContain('ज्ञात श्रृंखला')
  await attempt(world, 'command', { user: 'alice', phone: '+12025550107' })
  expect(await say('+12025550107 clinic', 'alice', '/call')).toContain('पहले कॉल की गई थी')
  await world.advance(900)
  await world.app.sweep()
  const card = slack.calls('chat.update').at(-1)?.body ?? {}
  const { call_again: again, transcript, recording } = SlackWorld.buttons(card)
  for (const [index, button] of [again, transcript, recording].entries()) {
    await slack.click(button ?? { action_id: 'missing' }, { actionTs: `3.${index}` })
    await slack.click(button ?? { action_id: 'missing' }, { user: 'bob', actionTs: `4.${index}` })
  }
  const [ring] = await world.rings()
  expect(await say(`status ${ring?.call_id}`)).toContain('सेकंड')
  // Calls that end badly, each in its way.
  for (const phone of ['+12025550102', '+12025550105', '+12025550110', '+12025550119']) {
    await attempt(world, 'command', { user: 'alice', phone })
    await world.advance(900)
    await world.app.sweep()
  }

  // Forms, with what is wrong in them.
  await slack.command('/call', '')
  const memory = JSON.stringify({ n: 'f1', c: slack.general, t: null, e: 'modal' })
  const form = { callback_id: 'call_view', private_metadata: memory }
  await slack.submit(form, callForm({ phone: '12', channel: slack.general, variables: 'x' }))
  await slack.submit(form, {
    ...callForm({ phone: '+12025550101', channel: slack.general, variables: 'name=आशा' }),
    schedule: { schedule: { selected_date_time: 1 } },
    from: { from: { value: 'me' } },
  })
  const pushed = await slack.submit(form, {
    ...callForm({ phone: '+12025550114', channel: slack.general, variables: 'name=आशा' }),
    from: { from: { value: '+12025550199' } },
    max: { max: { value: '5' } },
  })
  await slack.submit((pushed.body as { view: Record<string, unknown> }).view, {})
  await slack.submit((pushed.body as { view: Record<string, unknown> }).view, {})
  await slack.submit({ callback_id: 'confirm_view', private_metadata: '{}' }, {})
  await slack.shortcut('call_this_number', { text: '+12025550101 or +12025550114', ts: '6.5' })
  await slack.shortcut('place_a_call', undefined, { user: 'guest' })
  await slack.event({ type: 'app_home_opened', user: slack.user('boss'), tab: 'home', channel: 'D1' })
  await slack.until('the home', () => slack.calls('views.publish').at(-1))

  // A batch: preview, progress, results; and files that are none.
  const batch = async (csv: string) => {
    const before = slack.calls('views.update').length
    await slack.submit(
      {
        callback_id: 'batch_view',
        private_metadata: JSON.stringify({ n: `b${before}`, c: slack.general, t: null, e: 'batch' }),
      },
      batchForm(slack.upload(csv), slack.general),
    )
    return slack.until(
      'the preview',
      () => slack.calls('views.update').slice(before).at(-1)?.body.view as Record<string, unknown>,
    )
  }
  await slack.command('/movoice', 'batch')
  for (const csv of ['name\nAsha\n', 'phone\n"unclosed', 'phone\n112\n']) await batch(csv)
  const rows = 'phone,name\n+12025550121,आशा\n+12025550102,राम\n98765,x\n+12025550121,y\n+18005550100,z\n'
  const preview = await batch(rows)
  await slack.submit(preview, {})
  await world.app.idle()
  await world.advance(900)
  await world.app.sweep()
  await world.app.sweep()
  const { batch_results: results, batch_rejected: left } = SlackWorld.buttons(
    slack.calls('chat.update').at(-1)?.body ?? {},
  )
  await slack.click(results ?? { action_id: 'missing' }, { actionTs: '5.1' })
  await slack.click(left ?? { action_id: 'missing' }, { actionTs: '5.2' })
  const file = await slack.until('the rows left out', () =>
    slack.uploads.find(({ name }) => name.startsWith('movoice-left-out')),
  )
  expect(file.text).toContain('वही नंबर जो पंक्ति 2 में है')

  // An agent, from the form to the save.
  await slack.click({ action_id: 'agent_edit', value: 'agent_clinic' }, { user: 'boss', actionTs: '6.1' })
  const edit = await slack.until('the form of the agent', () =>
    slack.calls('views.update').find(({ body }) => JSON.stringify(body).includes('agent_view')),
  )
  const before = slack.calls('views.update').length
  await slack.submit(
    { ...(edit.body.view as object), id: 'V9' },
    { prompt_0: { prompt: { value: 'नमस्ते' } }, voice: { voice: { value: 'sarvam_hindi_female_01' } } },
    { user: 'boss' },
  )
  const difference = await slack.until(
    'the difference',
    () => slack.calls('views.update').slice(before).at(-1)?.body.view as Record<string, unknown>,
  )
  await slack.submit(difference, {}, { user: 'boss' })
  await slack.until('saved', () =>
    slack.calls('views.update').find(({ body }) => JSON.stringify(body).includes('बदल दिया गया')),
  )

  // The do-not-call list and the audit log.
  await slack.click({ action_id: 'do_not_call_open' }, { user: 'boss', viewId: 'V1', actionTs: '7.1' })
  await slack.submit(
    { callback_id: 'do_not_call_view' },
    { add: { add: { value: '+12025550199\nx' } }, remove: {}, file: {} },
    { user: 'boss' },
  )
  await slack.click({ action_id: 'audit_export' }, { user: 'boss', viewId: 'V1', actionTs: '7.2' })
  await slack.until('the audit log', () => slack.uploads.find(({ name }) => name === 'movoice-audit.csv'))
  await world.app.idle()

  const texts = shown()
  expect(texts.length).toBeGreaterThan(400)
  const found = texts.flatMap((text) => english(text).map((word) => `${word}: ${text}`))
  expect([...new Set(found)]).toEqual([])
  expect(texts.filter((text) => /\{\w+\}/.test(text.replace(/\{\{\w+\}\}|<!date[^>]*>/g, '')))).toEqual([])
})

test('what stops a call is said in Hindi, guard by guard', async () => {
  const { slack } = world
  await attempt(world, 'command', { user: 'alice', phone: '+12025550101' })
  for (const settings of [
    { on: ['killSwitch'] },
    { users: [slack.user('bob')] },
    { channels: [slack.private] },
    { doNotCall: '+12025550114' },
    { quotaPerson: '1' },
    { quotaWorkspace: '1' },
    { from: '02:00', until: '03:00' },
  ]) {
    await saveSettings(world, settings)
    expect(await say('+12025550114 clinic', 'alice', '/call')).toMatch(/[\u0900-\u097f]/)
  }
  const found = shown().flatMap((text) => english(text).map((word) => `${word}: ${text}`))
  expect([...new Set(found)]).toEqual([])
})
