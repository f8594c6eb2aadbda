import { createHash } from 'node:crypto'
import type { Agent } from '@movoice-kit/core/contract'
import type { App } from '@slack/bolt'
import { agentDiffView, agentEditView, noteView, PROMPT_PART, PROMPT_PARTS } from '../blocks/lists.ts'
import { named } from '../calls/agents.ts'
import { mayAdminister } from '../guards/judge.ts'
import { note } from './asking.ts'
import { onClick } from './buttons.ts'
import { type Office, sorry, type Visitor, visitorOf } from './office.ts'
import { readAgentMemory } from './values.ts'

type State = Readonly<Record<string, Readonly<Record<string, { readonly value?: string | null }>>>>

/** What an agent is now, in short: an edit that began from another state is not saved over it. */
const digest = (agent: Agent): string =>
  createHash('sha256')
    .update(JSON.stringify([agent.prompt ?? '', agent.voice_id ?? '']))
    .digest('hex')
    .slice(0, 16)

interface Edit {
  readonly prompt: string
  readonly voice: string
}

/** Editing an agent's prompt and voice: the form, the difference, then saving. */
export function agentForms(app: App, office: Office): void {
  /** Edits between the difference and the save: too long for a modal's memory, short-lived, and harmless to lose. */
  const edits = new Map<string, Edit>()

  onClick(app, office, 'agent_edit', async (visitor, click, say) => {
    const { team, policy, who, words } = visitor
    if (!mayAdminister(policy, who)) return say(note(words.mrkdwn('refuse.not_admin')))
    const { client } = await office.slack(team)
    // The trigger lives three seconds and Movoice may take longer: the modal opens first.
    const opened = await client.views.open({
      trigger_id: click.trigger,
      view: noteView(words.plain('agent.edit_title'), '…', words.plain('modal.close')),
    })
    const agent = await (await office.movoice(team)).agents.get(click.value ?? '')
    const tooLong = (agent.prompt ?? '').length > PROMPT_PART * PROMPT_PARTS
    const view = tooLong
      ? noteView(words.plain('agent.edit_title'), words.mrkdwn('agent.too_long'), words.plain('modal.close'))
      : agentEditView(agent, JSON.stringify({ a: agent.agent_id, h: digest(agent) }), words)
    if (opened.view?.id !== undefined) await client.views.update({ view_id: opened.view.id, view })
  })

  app.view('agent_view', async ({ ack, body, view, context }) => {
    const team = context.teamId ?? body.team?.id ?? ''
    const visitor = await visitorOf(office, team, body.user.id)
    const { words } = visitor
    const memory = readAgentMemory(view.private_metadata)
    const wait = noteView(words.plain('agent.diff_title'), '…', words.plain('modal.back'))
    await ack({
      response_action: 'push',
      view: { ...wait, external_id: `${view.id}:${view.hash}`.slice(0, 255) },
    })
    const { client } = await office.slack(team)
    const show = async (shown: ReturnType<typeof noteView>) => {
      await client.views.update({ external_id: `${view.id}:${view.hash}`.slice(0, 255), view: shown })
    }
    if (memory === undefined)
      return show(
        noteView(
          words.plain('agent.diff_title'),
          words.mrkdwn('confirm.expired'),
          words.plain('modal.close'),
        ),
      )
    try {
      const agent = await (await office.movoice(team)).agents.get(memory.a)
      const after = readEdit(view.state.values as State)
      const before = { prompt: agent.prompt ?? '', voice: agent.voice_id ?? '' }
      if (digest(agent) !== memory.h)
        return show(
          noteView(
            words.plain('agent.diff_title'),
            words.mrkdwn('agent.conflict'),
            words.plain('modal.close'),
          ),
        )
      if (before.prompt === after.prompt && before.voice === after.voice) {
        return show(
          noteView(
            words.plain('agent.diff_title'),
            words.mrkdwn('agent.no_change'),
            words.plain('modal.back'),
          ),
        )
      }
      edits.set(`${team} ${body.user.id} ${memory.a}`, after)
      await show(agentDiffView({ before, after }, JSON.stringify(memory), words))
    } catch (error) {
      await show(
        noteView(
          words.plain('agent.diff_title'),
          sorry(office, error, words, team),
          words.plain('modal.close'),
        ),
      )
    }
  })

  app.view('agent_save_view', async ({ ack, body, view, context }) => {
    const team = context.teamId ?? body.team?.id ?? ''
    const visitor = await visitorOf(office, team, body.user.id)
    const { words } = visitor
    const memory = readAgentMemory(view.private_metadata)
    const key = `${team} ${body.user.id} ${memory?.a}`
    const edit = edits.get(key)
    edits.delete(key)
    await ack({
      response_action: 'update',
      view: noteView(words.plain('agent.edit_title'), '…', words.plain('modal.close')),
    })
    const text =
      memory === undefined || edit === undefined
        ? words.mrkdwn('confirm.expired')
        : await save(office, visitor, memory, edit)
    const { client } = await office.slack(team)
    await client.views.update({
      view_id: view.id,
      view: noteView(words.plain('agent.edit_title'), text, words.plain('modal.close')),
    })
  })
}

function readEdit(state: State): Edit {
  const parts = Object.keys(state)
    .filter((block) => block.startsWith('prompt_'))
    .toSorted((a, b) => Number(a.slice(7)) - Number(b.slice(7)))
  return {
    prompt: parts.map((block) => state[block]?.prompt?.value ?? '').join(''),
    voice: state.voice?.voice?.value?.trim() ?? '',
  }
}

async function save(
  office: Office,
  { team, user, policy, who, words }: Visitor,
  memory: { readonly a: string; readonly h: string },
  edit: Edit,
): Promise<string> {
  const may = mayAdminister(policy, who)
  await office.workspaces.log({
    team,
    at: office.clock.now(),
    user,
    action: 'agent',
    entry: 'settings',
    channel: null,
    target: memory.a,
    verdict: may ? 'allow' : 'refuse: not_admin',
    reference: null,
  })
  if (!may) return words.mrkdwn('refuse.not_admin')
  try {
    const movoice = await office.movoice(team)
    const agent = await movoice.agents.get(memory.a)
    if (digest(agent) !== memory.h) return words.mrkdwn('agent.conflict')
    const patch = {
      ...(edit.prompt !== (agent.prompt ?? '') && { prompt: edit.prompt }),
      ...(edit.voice !== (agent.voice_id ?? '') && { voice_id: edit.voice }),
    }
    await movoice.agents.update(memory.a, patch)
    office.agents.forget(team)
    return words.mrkdwn('agent.saved', { name: named(agent).name })
  } catch (error) {
    return sorry(office, error, words, team)
  }
}
