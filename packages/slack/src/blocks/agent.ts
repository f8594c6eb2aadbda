import type { Agent } from '@movoice-kit/core/contract'
import type { KnownBlock, ModalView } from '@slack/types'
import { diffLines } from 'diff'
import { named } from '../calls/agents.ts'
import type { AgentText } from '../store/edits.ts'
import { escapeMrkdwn, type Words } from '../words/words.ts'
import { pagesOf } from './card.ts'
import { agentStatusText } from './describe.ts'
import { actions, button, clip, codeBlock, limits, type Message, message, plain, section } from './kit.ts'
import { about } from './memory.ts'

export function agentMessage(agent: Agent, team: string, mayEdit: boolean, words: Words): Message {
  const { name, id, status } = named(agent)
  const line = words.mrkdwn('agents.line', {
    name,
    id,
    status: status === undefined ? '' : ` · ${agentStatusText(status, words)}`,
  })
  return message(
    clip(name, 200).replace(/[<>&]/g, ''),
    section(line),
    ...(agent.voice_id == null ? [] : [section(words.mrkdwn('agent.voice', { voice: agent.voice_id }))]),
    ...(agent.prompt == null
      ? []
      : [
          section(
            `${words.mrkdwn('agent.prompt', { prompt: '' })}${codeBlock(escapeMrkdwn(clip(agent.prompt, 1500)))}`,
          ),
        ]),
    ...(mayEdit
      ? [
          actions(
            'agent',
            button({ id: 'agent_edit', text: words.plain('agent.edit'), value: about(team, agent.agent_id) }),
          ),
        ]
      : []),
  )
}

/** An input holds 3,000 characters; a longer prompt is edited in parts. */
export const PROMPT_PART = 2900
export const PROMPT_PARTS = 10

export function agentEditView(agent: Agent, memory: string, words: Words): ModalView {
  const prompt = agent.prompt ?? ''
  const parts = promptParts(prompt)
  return {
    type: 'modal',
    callback_id: 'agent_view',
    private_metadata: memory,
    title: plain(words.plain('agent.edit_title'), limits.title),
    submit: plain(words.plain('agent.review'), limits.submit),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks: [
      ...parts.map(
        (part, index): KnownBlock => ({
          type: 'input',
          block_id: `prompt_${index}`,
          optional: parts.length > 1,
          label: plain(
            parts.length === 1
              ? words.plain('agent.prompt_label')
              : words.plain('agent.prompt_part', { part: index + 1, parts: parts.length }),
            limits.label,
          ),
          element: {
            type: 'plain_text_input',
            action_id: 'prompt',
            multiline: true,
            max_length: limits.inputText,
            ...(part !== '' && { initial_value: part }),
          },
        }),
      ),
      {
        type: 'input',
        block_id: 'voice',
        optional: true,
        label: plain(words.plain('agent.voice_label'), limits.label),
        element: {
          type: 'plain_text_input',
          action_id: 'voice',
          max_length: 200,
          ...(agent.voice_id != null &&
            agent.voice_id !== '' && { initial_value: clip(agent.voice_id, 200) }),
        },
      },
    ],
  }
}

/** The parts put together again are the prompt, letter by letter. */
export function promptParts(prompt: string): string[] {
  const parts: string[] = []
  let rest = prompt
  while (rest.length > PROMPT_PART) {
    const line = rest.lastIndexOf('\n', PROMPT_PART)
    let cut = line > PROMPT_PART / 2 ? line + 1 : PROMPT_PART
    // Not between the halves of one character.
    if (/[\ud800-\udbff]/.test(rest[cut - 1] ?? '')) cut -= 1
    parts.push(rest.slice(0, cut))
    rest = rest.slice(cut)
  }
  return [...parts, rest]
}

export interface AgentChange {
  readonly before: AgentText
  readonly after: AgentText
  /** Somebody changed it since the form was opened: what is shown is what saving does to theirs. */
  readonly isConflict?: boolean
}

const DIFF_PAGES = 90

export function agentDiffView(
  { before, after, isConflict = false }: AgentChange,
  memory: string,
  words: Words,
): ModalView {
  const blocks: KnownBlock[] = isConflict ? [section(words.mrkdwn('agent.conflict'))] : []
  if (before.voice !== after.voice)
    blocks.push(
      section(words.mrkdwn('agent.diff_voice', { before: before.voice || '—', after: after.voice || '—' })),
    )
  if (before.prompt !== after.prompt) {
    const lines = diffLines(before.prompt, after.prompt).flatMap((part) => {
      const sign = part.added ? '+ ' : part.removed ? '- ' : '  '
      const own = part.value.replace(/\n$/, '').split('\n')
      // Of what stayed the same, a line on each side is enough to find the place.
      const kept = sign === '  ' && own.length > 3 ? [own[0] ?? '', '…', own.at(-1) ?? ''] : own
      return kept.map((line) => clip(`${sign}${line}`, 400))
    })
    const pages = pagesOf(lines.join('\n'), 500)
    for (const page of pages.slice(0, DIFF_PAGES)) blocks.push(section(codeBlock(escapeMrkdwn(page))))
    if (pages.length > DIFF_PAGES) blocks.push(section(words.mrkdwn('agent.diff_cut')))
  }
  if (blocks.length === 0) blocks.push(section(words.mrkdwn('agent.no_change')))
  return {
    type: 'modal',
    callback_id: 'agent_save_view',
    private_metadata: memory,
    title: plain(words.plain('agent.diff_title'), limits.title),
    submit: plain(words.plain('agent.save'), limits.submit),
    close: plain(words.plain('modal.back'), limits.submit),
    blocks,
  }
}
