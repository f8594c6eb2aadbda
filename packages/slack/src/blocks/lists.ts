import type { Agent, Call as MovoiceCall } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import type { KnownBlock, ModalView } from '@slack/types'
import { diffLines } from 'diff'
import { type NamedAgent, named } from '../calls/agents.ts'
import { dateMrkdwn, escapeMrkdwn, Mrkdwn, type Words } from '../words/words.ts'
import { pagesOf, reasonText } from './card.ts'
import { durationText, hidePhones, phoneText, variablesText } from './describe.ts'
import {
  actions,
  button,
  clip,
  clipMrkdwn,
  codeBlock,
  context,
  header,
  limits,
  type Message,
  message,
  plain,
  quote,
  section,
} from './kit.ts'

const ICONS: Readonly<Record<string, string>> = {
  completed: ':white_check_mark:',
  failed: ':x:',
  active: ':speaking_head_in_silhouette:',
  scheduled: ':alarm_clock:',
}

export interface Listed {
  readonly id: string
  readonly state: string
  readonly phone: string | null
  readonly agentName: string
  /** Unix seconds. */
  readonly at: number | null
  readonly outcome: string | null
}

export function callLine(call: Listed, full: boolean, words: Words): string {
  return words.mrkdwn('calls.line', {
    icon: ICONS[call.state] ?? ':telephone_receiver:',
    number: call.phone === null ? '—' : phoneText(call.phone, full),
    agent: clip(call.agentName, 60),
    when: call.at === null ? '—' : dateMrkdwn(call.at),
    outcome: call.outcome === null ? '' : ` · ${clip(call.outcome, 40)}`,
    id: clip(call.id, 60),
  })
}

/** Lines gathered into as few sections as they fit in. */
export function lineSections(lines: readonly string[]): KnownBlock[] {
  const sections: KnownBlock[] = []
  let text = ''
  for (const line of lines.map((one) => clipMrkdwn(one, 500))) {
    if (text.length + line.length + 1 > limits.section) {
      sections.push(section(text))
      text = ''
    }
    text = text === '' ? line : `${text}\n${line}`
  }
  if (text !== '') sections.push(section(text))
  return sections
}

export function callsMessage(
  calls: readonly Listed[],
  hasMore: boolean,
  full: boolean,
  words: Words,
): Message {
  if (calls.length === 0) return message(words.mrkdwn('calls.none'), section(words.mrkdwn('calls.none')))
  return message(
    words.mrkdwn('calls.title'),
    header(words.plain('calls.title')),
    ...lineSections(calls.map((call) => callLine(call, full, words))).slice(0, 40),
    ...(hasMore ? [context(words.mrkdwn('calls.more'))] : []),
  )
}

/** One call with all that is known of it; `full` for those who may see numbers and transcripts. */
export function statusMessage(call: MovoiceCall, agentName: string, full: boolean, words: Words): Message {
  const line = callLine(
    {
      id: call.call_id,
      state: call.status,
      phone: call.recipient_phone ?? null,
      agentName,
      at: call.created_at ?? null,
      outcome: call.outcome ?? null,
    },
    full,
    words,
  )
  const blocks: KnownBlock[] = [section(line)]
  const facts: string[] = []
  if (call.duration != null) facts.push(durationText(call.duration, words))
  if (call.sentiment != null) facts.push(escapeMrkdwn(call.sentiment))
  if (facts.length > 0) blocks.push(context(facts.join('  ·  ')))
  if (call.reason != null) blocks.push(section(reasonText(call.reason, words)))
  if (call.summary != null)
    blocks.push(
      section(
        quote(clipMrkdwn(escapeMrkdwn(clip(full ? call.summary : hidePhones(call.summary), 2000)), 2800)),
      ),
    )
  if (full && call.variables != null && Object.keys(call.variables).length > 0)
    blocks.push(context(words.mrkdwn('thread.variables', { list: variablesText(call.variables) })))
  if (full) {
    const transcript = transcriptText(call.transcript)
    if (transcript !== null && transcript !== '')
      blocks.push(section(codeBlock(escapeMrkdwn(pagesOf(transcript, 1500)[0] ?? ''))))
    if (call.recording_url != null && isLink(call.recording_url))
      blocks.push(section(recordingText(call.recording_url, words)))
  }
  return message(words.mrkdwn('status.title', { id: call.call_id }), ...blocks)
}

/** Only what is a plain web address becomes a link. */
export const isLink = (url: string): boolean => /^https?:\/\/[^\s<>|]+$/.test(url) && url.length <= 2000
export const recordingText = (url: string, words: Words): string =>
  words.mrkdwn('recording.link', { url: new Mrkdwn(url.replace(/&/g, '&amp;')) })

export function agentsMessage(agents: readonly NamedAgent[], words: Words): Message {
  const shown = agents.slice(0, 60)
  if (shown.length === 0) return message(words.mrkdwn('agents.none'), section(words.mrkdwn('agents.none')))
  const lines = shown.map((agent) =>
    words.mrkdwn('agents.line', {
      name: clip(agent.name, 80),
      id: clip(agent.id, 80),
      status: agent.status === undefined ? '' : ` · ${clip(agent.status, 30)}`,
    }),
  )
  return message(
    words.mrkdwn('agents.title'),
    header(words.plain('agents.title')),
    ...lineSections(lines).slice(0, 40),
    ...(agents.length > shown.length
      ? [context(words.mrkdwn('agents.more', { count: agents.length - shown.length }))]
      : []),
  )
}

export function agentMessage(agent: Agent, mayEdit: boolean, words: Words): Message {
  const { name, id, status } = named(agent)
  const line = words.mrkdwn('agents.line', { name, id, status: status === undefined ? '' : ` · ${status}` })
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
            button({ id: 'agent_edit', text: words.plain('agent.edit'), value: agent.agent_id }),
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
  readonly before: { readonly prompt: string; readonly voice: string }
  readonly after: { readonly prompt: string; readonly voice: string }
}

export function agentDiffView({ before, after }: AgentChange, memory: string, words: Words): ModalView {
  const blocks: KnownBlock[] = []
  if (before.voice !== after.voice)
    blocks.push(section(words.mrkdwn('agent.diff_voice', { before: before.voice, after: after.voice })))
  if (before.prompt !== after.prompt) {
    const lines = diffLines(before.prompt, after.prompt).flatMap((part) => {
      const sign = part.added ? '+ ' : part.removed ? '- ' : '  '
      const own = part.value.replace(/\n$/, '').split('\n')
      // Of what stayed the same, a line on each side is enough to find the place.
      const kept = sign === '  ' && own.length > 3 ? [own[0] ?? '', '…', own.at(-1) ?? ''] : own
      return kept.map((line) => clip(`${sign}${line}`, 400))
    })
    for (const page of pagesOf(lines.join('\n'), 500).slice(0, 40))
      blocks.push(section(codeBlock(escapeMrkdwn(page))))
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

/** A modal that only tells something. */
export const noteView = (title: string, text: string, close: string): ModalView => ({
  type: 'modal',
  title: plain(title, limits.title),
  close: plain(close, limits.submit),
  blocks: [section(text)],
})

export function transcriptView(callId: string, transcript: string, page: number, words: Words): ModalView {
  const pages = pagesOf(transcript, 4000)
  const at = Math.min(Math.max(0, page), pages.length - 1)
  const turn = (id: string, key: 'transcript.next' | 'transcript.previous', to: number) =>
    button({ id, text: words.plain(key), value: JSON.stringify({ c: callId, p: to }) })
  return {
    type: 'modal',
    callback_id: 'transcript_view',
    title: plain(words.plain('transcript.title'), limits.title),
    close: plain(words.plain('modal.close'), limits.submit),
    blocks: [
      ...pagesOf(pages[at] ?? '', 550).map((part) => section(codeBlock(escapeMrkdwn(part)))),
      context(words.mrkdwn('transcript.page', { page: at + 1, pages: pages.length })),
      actions(
        'pages',
        ...(at > 0 ? [turn('transcript_previous', 'transcript.previous', at - 1)] : []),
        ...(at < pages.length - 1 ? [turn('transcript_next', 'transcript.next', at + 1)] : []),
        button({
          id: 'transcript_file',
          text: words.plain('transcript.file'),
          value: JSON.stringify({ c: callId, p: 0 }),
        }),
      ),
    ],
  }
}
