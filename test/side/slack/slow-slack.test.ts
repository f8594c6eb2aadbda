// Slack is slow to say who somebody is: every request is answered all the same, and what was asked for still comes.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createWorld, type World } from './app-world.ts'
import { batchForm, callForm } from './flows.ts'
import { type Ack, type Mode, SlackWorld, textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Longer than the app's own patience with one request, so that the first look even fails. */
const SLOW = 10_500

describe.each<Mode>(['http', 'socket'])('over %s', (mode) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(mode)
  })
  afterEach(async () => {
    const { problems } = world.slack
    await world.close()
    expect(problems).toEqual([])
  })

  test('a Slack that takes 10 s keeps no request waiting', async () => {
    const { slack } = world
    const asked = await slack.command('/call', '+12025550101 agent_clinic')
    const value = SlackWorld.buttons(await slack.response(asked.id)).confirm_call?.value ?? ''
    // What was known of alice is forgotten.
    await world.restart()
    const known = slack.calls('users.info').length
    slack.faults.push({ method: 'users.info', fault: { delay: SLOW } })
    const memory = (n: string) => JSON.stringify({ n, c: slack.general, t: null, e: 'modal' })
    const form = (id: string, callback_id: string, private_metadata: string, values: object = {}) =>
      slack.submit({ id, callback_id, private_metadata }, values as Record<string, unknown>)
    const call = callForm({ phone: '+12025550114', channel: slack.general })
    const acks: Record<string, Ack> = Object.fromEntries(
      await Promise.all(
        Object.entries({
          command: slack.command('/call', '+12025550102 agent_clinic'),
          umbrella: slack.command('/movoice', 'agents'),
          button: slack.click({ action_id: 'call_again', value: 'none' }),
          shortcut: slack.shortcut('place_a_call', undefined),
          home: slack.event({
            type: 'app_home_opened',
            user: slack.user('alice'),
            tab: 'home',
            channel: 'D1',
          }),
          form: form('V-form', 'call_view', memory('n1'), call),
          wrong: form('V-wrong', 'call_view', memory('n2'), {
            ...call,
            phone: { phone: { value: '98765 43210' } },
          }),
          confirm: form('V-confirm', 'confirm_view', value),
          batch: form('V-batch', 'batch_view', memory('n3'), batchForm('F0', slack.general)),
          batchYes: form('V-batch-yes', 'batch_place_view', JSON.stringify({ b: 'none' })),
          settings: form('V-settings', 'settings_view', JSON.stringify({ h: 'x' })),
          edit: form('V-edit', 'agent_view', JSON.stringify({ e: 'none' })),
          save: form('V-save', 'agent_save_view', JSON.stringify({ e: 'none' })),
          doNotCall: form('V-dnc', 'do_not_call_view', ''),
        }).map(async ([name, sent]) => [name, await sent] as const),
      ),
    )
    // All were answered before Slack said who alice is.
    expect(slack.calls('users.info')).toHaveLength(known)
    for (const [name, { status, body }] of Object.entries(acks)) {
      expect([name, status]).toEqual([name, 200])
      if (!/command|umbrella|button|shortcut|home/.test(name))
        expect([name, JSON.stringify(body)]).toEqual([name, expect.stringContaining('One moment')])
    }
    await world.app.idle()
    const shown = (id: string): string =>
      JSON.stringify(
        slack
          .calls('views.update')
          .filter(({ body }) => body.external_id === `${id}:h1` || body.view_id === id)
          .at(-1)?.body.view ?? `nothing was shown for ${id}`,
      )
    expect(shown('V-form')).toContain('confirm_view')
    expect(shown('V-wrong')).toContain('country code')
    expect(shown('V-confirm')).toContain('On its way')
    expect(shown('V-batch')).toMatch(/Reading|could not be read/)
    expect(shown('V-batch-yes')).toContain('too old')
    expect(shown('V-settings')).toContain('Only admins')
    expect(shown('V-dnc')).toContain('Only admins')
    for (const id of ['V-edit', 'V-save']) expect(shown(id)).toContain('too old')
    expect(await world.rings()).toHaveLength(1)
    expect(slack.messages()).toHaveLength(1)
    expect(slack.responses.map(({ body }) => textOf(body)).join()).toContain('+1 202 555 0102')
    expect(slack.calls('views.publish')).toHaveLength(1)
  })
})
