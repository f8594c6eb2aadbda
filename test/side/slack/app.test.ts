import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWorld, eventOf, type World } from './app-world.ts'
import { SlackWorld, textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe.each(['http', 'socket'] as const)('over %s', (mode) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(mode)
  })
  afterEach(async () => {
    const { problems } = world.slack
    const secrets = /xoxb-canary|xapp-canary|signing-secret-canary|sk_sandbox_local/
    const leaks = world.log.filter((line) => secrets.test(line) || /\+1202555\d{4}/.test(line))
    await world.close()
    expect(problems).toEqual([])
    expect(leaks).toEqual([])
  })

  const confirm = async (text: string, user = 'alice') => {
    const asked = await world.slack.command('/call', text, { user })
    expect(asked.status).toBe(200)
    const question = await world.slack.response(asked.id)
    return { asked, question, buttons: SlackWorld.buttons(question) }
  }

  test('a call from the command to the card, the thread and the transcript', async () => {
    const { slack } = world
    const { question, buttons } = await confirm('+1 (202) 555-0101 agent_clinic name=“Asha Rao”')
    const shown = textOf(question)
    expect(shown).toContain('+1 202 555 0101')
    expect(shown).toContain('United States')
    expect(shown).toContain('12:')
    expect(shown).toContain('Asha Rao')
    expect(await world.rings()).toHaveLength(0)
    const click = await slack.click(buttons.confirm_call ?? { action_id: '' })
    expect(textOf(await slack.response(click.id))).toContain('card')
    await world.app.idle()
    const rings = await world.rings()
    expect(rings).toHaveLength(1)
    const [card] = slack.messages()
    expect(card?.channel).toBe(slack.general)
    expect(card?.edits.at(-1)).toContain('Calling')
    expect(card?.edits.join()).not.toContain('5550101')
    await world.advance(600)
    await world.app.sweep()
    const [done, thread, ...more] = slack.messages()
    expect(done?.edits.at(-1)).toContain('Completed')
    expect(done?.edits.at(-1)).toContain('BOOKED')
    expect(thread?.thread).toBe(done?.ts)
    expect(thread?.edits[0]).toContain('Summary')
    expect(more).toEqual([])
    await world.app.sweep()
    expect(slack.messages()).toHaveLength(2)
    const card2 = slack.calls('chat.update').at(-1)
    const cardButtons = SlackWorld.buttons(card2?.body ?? {})
    await slack.click(cardButtons.transcript ?? { action_id: '' })
    const opened = await slack.until('the transcript', () => slack.calls('views.open').at(-1))
    expect(textOf((opened.body.view ?? {}) as object)).toContain('Asha Rao')
    const denied = await slack.click(cardButtons.transcript ?? { action_id: '' }, { user: 'bob' })
    expect(textOf(await slack.response(denied.id))).toContain('viewers')
    // The question before a further call would show the number.
    const again = await slack.click(cardButtons.call_again ?? { action_id: '' }, { user: 'bob' })
    const told = textOf(await slack.response(again.id))
    expect(told).toContain('viewers')
    expect(told).not.toContain('0101')
  })

  test('the form, its errors, and the question behind it', async () => {
    const { slack } = world
    await slack.command('/call', '')
    const opened = await slack.until('the form', () => slack.calls('views.open').at(-1))
    const view = opened.answer.view as { id: string; private_metadata: string; callback_id: string }
    const options = await slack.options('clin')
    expect(JSON.stringify(options.body)).toContain('agent_clinic')
    const values = (phone: string, variables = '') => ({
      phone: { phone: { type: 'plain_text_input', value: phone } },
      agent: { agent_select: { selected_option: { value: 'agent_clinic', text: { text: 'Clinic' } } } },
      variables: { variables: { value: variables } },
      where: { where: { selected_conversation: slack.general } },
      schedule: { schedule: { selected_date_time: null } },
      from: { from: { value: '+1 202 555 0199' } },
      max: { max: { value: '5' } },
    })
    const wrong = await slack.submit(view, values('98765 43210', 'name Asha'))
    expect(wrong.body).toMatchObject({
      response_action: 'errors',
      errors: {
        phone: expect.stringContaining('country code'),
        variables: expect.stringContaining('Line 1'),
      },
    })
    const right = await slack.submit(view, values('+1 202 555 0101', 'name = Asha Rao'))
    expect(right.body).toMatchObject({ response_action: 'push', view: { callback_id: 'confirm_view' } })
    const pushed = (right.body as { view: { private_metadata: string; callback_id: string } }).view
    const again = await slack.submit(view, values('+1 202 555 0101', 'name = Asha Rao'))
    expect((again.body as { view: { private_metadata: string } }).view.private_metadata).toBe(
      pushed.private_metadata,
    )
    const placed = await slack.submit(pushed, {})
    expect(placed.body).toEqual({ response_action: 'clear' })
    const twice = await slack.submit(pushed, {})
    expect(twice.body).toMatchObject({ response_action: 'update' })
    await world.app.idle()
    expect(await world.rings()).toHaveLength(1)
    // Whatever the form asks for reaches Movoice.
    const seen = await fetch(`${world.sandbox.controlUrl}/requests`)
    const { requests } = (await seen.json()) as {
      requests: { readonly method: string; readonly path: string; readonly body: unknown }[]
    }
    const sent = requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/call'))
    expect(sent.map(({ body }) => body)).toEqual([
      {
        agent_id: 'agent_clinic',
        recipient_phone: '+12025550101',
        variables: { name: 'Asha Rao' },
        from_number: '+12025550199',
        max_duration: 300,
      },
    ])
  })

  test('50 replays of a command and of a click are one question and one call', async () => {
    const { slack } = world
    const first = await confirm('+12025550101 agent_clinic')
    await Promise.all(
      Array.from({ length: 49 }, () =>
        slack.command('/call', '+12025550101 agent_clinic', { trigger: first.asked.trigger }),
      ),
    )
    const click = await slack.click(first.buttons.confirm_call ?? { action_id: '' })
    await Promise.all(Array.from({ length: 49 }, () => slack.replay(click.payload)))
    // Other clicks on the same button, not the same click told again.
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        slack.click(first.buttons.confirm_call ?? { action_id: '' }, { actionTs: `9.${index}` }),
      ),
    )
    await world.app.idle()
    expect(await world.rings()).toHaveLength(1)
    expect(slack.messages()).toHaveLength(1)
  })

  test('what is not understood is answered kindly, and nobody is called', async () => {
    const { slack } = world
    for (const [text, says] of [
      ['98765 43210', 'no country code'],
      ['911', 'emergency'],
      ['hello', 'no phone number'],
      ['+12025550101 clinc', 'Did you mean'],
      ['+19005550100 agent_clinic', 'premium'],
      ['<!channel> +12025550101', 'cannot phone'],
      ['+919876543210 agent_clinic', 'Calls are placed from'],
    ] as const) {
      const asked = await slack.command('/call', text)
      expect(textOf(await slack.response(asked.id))).toContain(says)
    }
    const verb = await slack.command('/movoice', 'dance')
    expect(textOf(await slack.response(verb.id))).toContain('I do not know')
    expect(await world.rings()).toEqual([])
    expect(slack.messages()).toEqual([])
  })

  test('events in any order, twice and late, make one ending', async () => {
    const { slack } = world
    const { buttons } = await confirm('+12025550101 agent_clinic')
    await slack.click(buttons.confirm_call ?? { action_id: '' })
    await world.app.idle()
    const id = await slack.until('the ring', async () => (await world.rings())[0]?.call_id)
    const completed = eventOf({
      event_type: 'call.completed',
      call_id: id,
      duration: 61,
      summary: 'Booked for +12025550101 on Friday.',
      sentiment: 'positive',
      outcome: 'BOOKED',
      recording_url: 'https://example.com/r.mp3',
    })
    const started = eventOf({ event_type: 'call.started', call_id: id, direction: 'outbound' })
    await Promise.all([
      world.app.take(completed),
      world.app.take(completed),
      world.app.take(started),
      world.app.take(completed),
    ])
    await world.restart()
    await world.app.take(started)
    await world.app.take(completed)
    const [card, thread, ...more] = slack.messages()
    expect(card?.edits.at(-1)).toContain('Completed')
    expect(card?.edits.at(-1)).toContain('1 min 1 s')
    expect(card?.edits.at(-1)).not.toContain('2025550101')
    expect(thread?.edits[0]).toContain('Booked for')
    expect(more).toEqual([])
  })

  test('the same number within a minute is asked about again', async () => {
    const { slack } = world
    for (const _ of [1, 2]) {
      const { buttons } = await confirm('+12025550101 agent_clinic')
      const click = await slack.click(buttons.confirm_call ?? { action_id: '' })
      await slack.response(click.id)
      await world.app.idle()
    }
    const last = slack.responses.at(-1)?.body ?? {}
    expect(await world.rings()).toHaveLength(1 + Number(!textOf(last).includes('called')))
    const { question, buttons } = await confirm('+12025550101 agent_clinic', 'bob')
    expect(textOf(question)).toContain('s ago')
    await slack.click(buttons.confirm_call ?? { action_id: '' }, { user: 'bob' })
    await slack.until('a further ring', async () => (await world.rings()).length === 3)
  })
})
