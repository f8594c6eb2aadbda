import type { Agent } from '@movoice-kit/core/contract'
import type { App } from '@slack/bolt'
import type { ModalView } from '@slack/types'
import { agentDiffView, agentEditView, PROMPT_PART, PROMPT_PARTS } from '../blocks/agent.ts'
import { remember } from '../blocks/memory.ts'
import { noteView } from '../blocks/note.ts'
import { named } from '../calls/agents.ts'
import { mayAdminister } from '../guards/judge.ts'
import type { AgentEdit, AgentText } from '../store/edits.ts'
import type { Words } from '../words/words.ts'
import { note } from './asking.ts'
import { onClick } from './buttons.ts'
import { type Office, sorry, type Visitor } from './office.ts'
import { onForm } from './on-form.ts'
import { readEditMemory } from './values.ts'

type State = Readonly<Record<string, Readonly<Record<string, { readonly value?: string | null }>>>>

const textOf = (agent: Agent): AgentText => ({ prompt: agent.prompt ?? '', voice: agent.voice_id ?? '' })
const isSame = (a: AgentText, b: AgentText): boolean => a.prompt === b.prompt && a.voice === b.voice

/** Editing an agent's prompt and voice: the form, the difference, then saving. Each step may meet another process. */
export function agentForms(app: App, office: Office): void {
  onClick(app, office, 'agent_edit', async (visitor, click, say) => {
    const { team, user, policy, who, words } = visitor
    if (!mayAdminister(policy, who)) return say(note(words.mrkdwn('refuse.not_admin')))
    const { client } = await office.slack(team)
    // The trigger lives three seconds and Movoice may take longer: the modal opens first.
    const opened = await client.views.open({
      trigger_id: click.trigger,
      view: noteView(words.plain('agent.edit_title'), '…', words.plain('modal.done')),
    })
    const show = async (view: ModalView) => {
      if (opened.view?.id !== undefined) await client.views.update({ view_id: opened.view.id, view })
    }
    const tell = (text: string) =>
      show(noteView(words.plain('agent.edit_title'), text, words.plain('modal.done')))
    try {
      const agent = await (await office.movoice(team)).agents.get(click.value ?? '')
      if ((agent.prompt ?? '').length > PROMPT_PART * PROMPT_PARTS)
        return await tell(words.mrkdwn('agent.too_long'))
      const id = office.newId()
      const edit = { id, agentId: agent.agent_id, before: textOf(agent), after: null }
      await office.edits.open(team, user, edit, office.clock.now())
      await show(agentEditView(agent, remember(team, { e: id }), words))
    } catch (error) {
      await tell(sorry(office, error, words, team))
    }
  })

  onForm(app, office, 'agent_view', 'push', async (visitor, { view, externalId, answer }) => {
    const { team, words, user } = visitor
    const wait = noteView(words.plain('agent.diff_title'), '…', words.plain('modal.back'))
    await answer({ response_action: 'push', view: { ...wait, external_id: externalId } })
    const { client } = await office.slack(team)
    let shown: ModalView
    try {
      const memory = readEditMemory(view.private_metadata)
      const edit = memory === undefined ? undefined : await office.edits.get(memory.e, team, user)
      if (edit === undefined) shown = told(words, words.mrkdwn('confirm.expired'))
      else {
        const agent = await (await office.movoice(team)).agents.get(edit.agentId)
        shown = await review(
          office,
          team,
          { ...edit, after: readEdit(view.state.values as State) },
          agent,
          words,
        )
      }
    } catch (error) {
      shown = told(words, sorry(office, error, words, team))
    }
    await client.views.update({ external_id: externalId, view: shown })
  })

  onForm(app, office, 'agent_save_view', 'update', async (visitor, { view, answer }) => {
    const { team, words, user } = visitor
    await answer({
      response_action: 'update',
      view: noteView(words.plain('agent.edit_title'), '…', words.plain('modal.done')),
    })
    const { client } = await office.slack(team)
    let shown: ModalView
    try {
      const memory = readEditMemory(view.private_metadata)
      const edit = memory === undefined ? undefined : await office.edits.get(memory.e, team, user)
      shown =
        edit === undefined || edit.after === null
          ? told(words, words.mrkdwn('confirm.expired'))
          : await save(office, visitor, edit, edit.after)
    } catch (error) {
      shown = told(words, sorry(office, error, words, team))
    }
    await client.views.update({ view_id: view.id, view: shown })
  })
}

const told = (words: Words, text: string): ModalView =>
  noteView(words.plain('agent.edit_title'), text, words.plain('modal.done'))

/** The difference to what the agent is now; a change by somebody else since is said, and is part of it. */
async function review(
  office: Office,
  team: string,
  edit: AgentEdit & { readonly after: AgentText },
  agent: Agent,
  words: Words,
): Promise<ModalView> {
  const now = textOf(agent)
  if (isSame(now, edit.after)) return told(words, words.mrkdwn('agent.no_change'))
  await office.edits.review({ ...edit, before: now })
  const isConflict = !isSame(now, edit.before)
  return agentDiffView({ before: now, after: edit.after, isConflict }, remember(team, { e: edit.id }), words)
}

function readEdit(state: State): AgentText {
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
  edit: AgentEdit,
  after: AgentText,
): Promise<ModalView> {
  const may = mayAdminister(policy, who)
  await office.workspaces.log({
    team,
    at: office.clock.now(),
    user,
    action: 'agent',
    entry: 'settings',
    channel: null,
    target: edit.agentId,
    verdict: may ? 'allow' : 'refuse: not_admin',
    reference: null,
  })
  if (!may) return told(words, words.mrkdwn('refuse.not_admin'))
  const movoice = await office.movoice(team)
  const agent = await movoice.agents.get(edit.agentId)
  const now = textOf(agent)
  if (!isSame(now, after)) {
    if (!isSame(now, edit.before)) return review(office, team, { ...edit, after }, agent, words)
    await movoice.agents.update(edit.agentId, {
      ...(after.prompt !== now.prompt && { prompt: after.prompt }),
      ...(after.voice !== now.voice && { voice_id: after.voice }),
    })
    office.agents.forget(team)
  }
  return told(words, words.mrkdwn('agent.saved', { name: named(agent).name }))
}
