import type { App } from '@slack/bolt'
import { callView } from '../blocks/call-modal.ts'
import { noteView } from '../blocks/note.ts'
import { findNumbers } from '../parse/find-numbers.ts'
import { type Office, refusedAt, visitorOf } from './office.ts'
import { GLOBAL_SHORTCUT, MESSAGE_SHORTCUT } from './shortcut-ids.ts'

/** *Call this number* in a message's menu, threads included, and *Place a call* in the shortcuts of Slack. */
export function shortcuts(app: App, office: Office): void {
  app.shortcut(
    { callback_id: MESSAGE_SHORTCUT, type: 'message_action' },
    async ({ ack, shortcut, context }) => {
      await ack()
      const message = shortcut.message as { readonly thread_ts?: string } & Written
      await once(office, {
        team: context.teamId ?? shortcut.team?.id ?? '',
        user: shortcut.user.id,
        trigger: shortcut.trigger_id,
        channel: shortcut.channel.id,
        thread: message.thread_ts ?? null,
        text: allText(message),
        claim: `shortcut:${shortcut.action_ts}`,
      })
    },
  )
  app.shortcut({ callback_id: GLOBAL_SHORTCUT, type: 'shortcut' }, async ({ ack, shortcut, context }) => {
    await ack()
    await once(office, {
      team: context.teamId ?? shortcut.team?.id ?? '',
      user: shortcut.user.id,
      trigger: shortcut.trigger_id,
      channel: null,
      thread: null,
      text: '',
      claim: `shortcut:${shortcut.action_ts}`,
    })
  })
}

interface Written {
  readonly text?: string
  readonly blocks?: unknown
  readonly attachments?: unknown
}

/** All that a message says: what other apps post is often in its blocks and attachments alone. */
function allText({ text = '', blocks, attachments }: Written): string {
  const found: string[] = [text]
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 10) return
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner !== 'string') walk(inner, depth + 1)
      else if (['text', 'value', 'title', 'pretext', 'fallback'].includes(key)) found.push(inner)
      else if (key === 'url' && inner.startsWith('tel:')) found.push(inner.slice(4))
    }
  }
  walk(blocks, 0)
  walk(attachments, 0)
  return found.join('\n').slice(0, 20_000)
}

interface Opening {
  readonly team: string
  readonly user: string
  readonly trigger: string
  readonly channel: string | null
  readonly thread: string | null
  readonly text: string
  readonly claim: string
}

/** Tracked, so that a stop waits for it. */
async function once(office: Office, opening: Opening): Promise<void> {
  const { claim, team, user } = opening
  await office.tracked(() =>
    office.seen.once(`${claim}:${team}:${user}`, office.clock.now(), () => open(office, opening)),
  )
}

async function open(office: Office, { team, user, trigger, channel, thread, text }: Opening): Promise<void> {
  const visitor = await visitorOf(office, team, user)
  const { policy, words } = visitor
  const { client } = await office.slack(team)
  const refused = await refusedAt(office, visitor, { entry: 'shortcut', channel, asks: channel === null })
  if (refused !== undefined) {
    const view = noteView(words.plain('modal.title'), refused, words.plain('modal.done'))
    await client.views.open({ trigger_id: trigger, view })
    return
  }
  const numbers = findNumbers(text, policy.defaultCountry ?? undefined)
  const agentId = policy.defaultAgent
  const agent = agentId === null ? undefined : { id: agentId, name: office.agents.nameOf(team, agentId) }
  const start = {
    agent,
    ...(numbers.length === 1 && numbers[0] !== undefined ? { phone: numbers[0] } : { choices: numbers }),
  }
  await client.views.open({
    trigger_id: trigger,
    view: callView({ n: office.newId(), c: channel, t: thread, e: 'shortcut', w: team }, start, words),
  })
}
