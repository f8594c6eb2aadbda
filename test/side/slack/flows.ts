// What people do in Slack, from the first key to the last click.
import type { World } from './app-world.ts'
import { SlackWorld } from './slack-world.ts'

export type EntryName = 'command' | 'modal' | 'button' | 'shortcut' | 'home' | 'batch'
export interface Attempt {
  readonly user: string
  readonly phone: string
  readonly channel?: string | null
  /** Done after the question was asked and before it is answered. */
  readonly between?: () => Promise<void>
}

interface FormOptions {
  readonly phone: string
  readonly channel: string | null
  readonly variables?: string
}

export const callForm = ({ phone, channel, variables = '' }: FormOptions) => ({
  phone: { phone: { value: phone } },
  agent: { agent_select: { selected_option: { value: 'agent_clinic', text: { text: 'Clinic reception' } } } },
  variables: { variables: { value: variables } },
  where: { where: { selected_conversation: channel } },
  schedule: { schedule: { selected_date_time: null } },
  from: { from: { value: null } },
  max: { max: { value: null } },
})

export const batchForm = (file: string, channel: string | null) => ({
  file: { file: { files: [{ id: file }] } },
  agent: { agent_select: { selected_option: { value: 'agent_clinic', text: { text: 'Clinic reception' } } } },
  where: { where: { selected_conversation: channel } },
  schedule: { schedule: { selected_date_time: null } },
  concurrency: { concurrency: { value: null } },
})

let nonce = 0
const next = (): number => {
  nonce += 1
  return nonce
}

/** Answers a question with yes, and again if it asks something more. */
async function yes(
  world: World,
  response: Record<string, unknown>,
  { user, between }: Attempt,
): Promise<void> {
  await between?.()
  let shown: Record<string, unknown> = response
  for (let turn = 0; turn < 4; turn += 1) {
    const button = SlackWorld.buttons(shown).confirm_call
    if (button === undefined) break
    const click = await world.slack.click(button, { user, actionTs: `${next()}.5` })
    shown = await world.slack.response(click.id)
  }
}

/** Tries everything to have a phone ring by this way in. The form's memory is forged where that could help. */
export async function attempt(
  world: World,
  entry: EntryName,
  given: Attempt,
  cardCall?: string,
): Promise<void> {
  const { slack } = world
  const { user, phone, between } = given
  const channel = given.channel === undefined ? slack.general : given.channel
  switch (entry) {
    case 'command': {
      const asked = await slack.command('/call', `${phone} agent_clinic`, {
        user,
        ...(channel !== null && { channel }),
      })
      await yes(world, await slack.response(asked.id), given)
      break
    }
    case 'button': {
      const click = await slack.click(
        { action_id: 'call_again', value: cardCall ?? '' },
        { user, actionTs: `${next()}.1` },
      )
      await yes(world, await slack.response(click.id), given)
      break
    }
    case 'batch': {
      const file = slack.upload(`phone,name\n${phone},Asha\n`)
      const before = slack.calls('views.update').length
      const sent = await slack.submit(
        {
          callback_id: 'batch_view',
          private_metadata: JSON.stringify({ n: `b${next()}`, c: channel, t: null, e: 'batch' }),
        },
        batchForm(file, channel),
        { user },
      )
      if (!JSON.stringify(sent.body).includes('Reading')) break
      const preview = await slack.until('the preview', () =>
        slack
          .calls('views.update')
          .slice(before)
          .map(({ body }) => body.view as Record<string, unknown>)
          .at(-1),
      )
      await between?.()
      if (preview.callback_id === 'batch_place_view') await slack.submit(preview, {}, { user })
      break
    }
    default: {
      const memory = JSON.stringify({ n: `f${next()}`, c: channel, t: null, e: entry })
      let sent = await slack.submit(
        { callback_id: 'call_view', private_metadata: memory },
        callForm({ phone, channel }),
        { user },
      )
      await between?.()
      for (let turn = 0; turn < 4; turn += 1) {
        const view = (sent.body as { view?: Record<string, unknown> } | undefined)?.view
        if (view?.callback_id !== 'confirm_view') break
        sent = await slack.submit(view, {}, { user })
      }
    }
  }
  await world.app.idle()
}

/** Settings as an admin saves them: everything not given is open. */
export async function saveSettings(
  world: Pick<World, 'slack'>,
  change: Partial<
    Record<'on' | 'users' | 'groups' | 'channels' | 'admins' | 'viewers', readonly string[]>
  > & {
    quotaPerson?: string
    quotaWorkspace?: string
    from?: string | null
    until?: string | null
    doNotCall?: string
    country?: string
  } = {},
): Promise<void> {
  const values = {
    switches: { switches: { selected_options: (change.on ?? []).map((value) => ({ value })) } },
    users: { users: { selected_users: change.users ?? [] } },
    groups: { group_select: { selected_options: (change.groups ?? []).map((value) => ({ value })) } },
    channels: { channels: { selected_conversations: change.channels ?? [] } },
    quota_person: { quota_person: { value: change.quotaPerson ?? null } },
    quota_workspace: { quota_workspace: { value: change.quotaWorkspace ?? null } },
    from: { from: { selected_time: change.from === undefined ? '08:00' : change.from } },
    until: { until: { selected_time: change.until === undefined ? '21:00' : change.until } },
    country: { country: { value: change.country ?? null } },
    agent: { agent_select: { selected_option: null } },
    viewers: { viewers: { selected_users: change.viewers ?? [] } },
    admins: { admins: { selected_users: change.admins ?? [] } },
    language: { language: { selected_option: { value: 'auto' } } },
    support: { support: { value: null } },
  }
  const saved = await world.slack.submit({ callback_id: 'settings_view' }, values, { user: 'boss' })
  if (!/Saved|सहेजा गया/.test(JSON.stringify(saved.body)))
    throw new Error(`Not saved: ${JSON.stringify(saved.body)}`)
  await listDoNotCall(world, change.doNotCall ?? '')
}

/** What is on each world's list. */
const listed = new WeakMap<SlackWorld, string>()

/** Makes the do-not-call list what is given, one number a line. */
async function listDoNotCall({ slack }: Pick<World, 'slack'>, lines: string): Promise<void> {
  const before = listed.get(slack) ?? ''
  if (lines === before) return
  listed.set(slack, lines)
  for (const [block, value] of [
    ['remove', before],
    ['add', lines],
  ] as const) {
    if (value === '') continue
    const updates = slack.calls('views.update').length
    await slack.submit(
      { callback_id: 'do_not_call_view' },
      {
        add: { add: { value: block === 'add' ? value : null } },
        file: { file: { files: [] } },
        remove: { remove: { value: block === 'remove' ? value : null } },
      },
      { user: 'boss' },
    )
    await slack.until('the list', () =>
      slack
        .calls('views.update')
        .slice(updates)
        .find(({ body }) => /never called|कभी कॉल नहीं/.test(JSON.stringify(body))),
    )
  }
}
