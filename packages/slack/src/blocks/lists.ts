import type { Call as MovoiceCall } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import type { KnownBlock } from '@slack/types'
import type { NamedAgent } from '../calls/agents.ts'
import { dateMrkdwn, escapeMrkdwn, Mrkdwn, type Words } from '../words/words.ts'
import { pagesOf, reasonText } from './card.ts'
import { agentStatusText, hidePhones, phoneText, sentimentText, spoken, variablesText } from './describe.ts'
import {
  clip,
  clipMrkdwn,
  codeBlock,
  context,
  header,
  limits,
  type Message,
  message,
  quote,
  section,
} from './kit.ts'

const ICONS = new Map([
  ['completed', ':white_check_mark:'],
  ['failed', ':x:'],
  ['active', ':speaking_head_in_silhouette:'],
  ['scheduled', ':alarm_clock:'],
])

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
    icon: ICONS.get(call.state) ?? ':telephone_receiver:',
    number: call.phone === null ? '—' : phoneText(call.phone, full),
    agent: clip(call.agentName, 60),
    when: call.at === null ? '—' : dateMrkdwn(call.at),
    outcome: call.outcome === null ? '' : ` · ${clip(full ? call.outcome : hidePhones(call.outcome), 40)}`,
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
  if (call.duration != null) facts.push(words.duration(call.duration))
  if (call.sentiment != null) facts.push(sentimentText(call.sentiment, words))
  if (facts.length > 0) blocks.push(context(facts.join('  ·  ')))
  if (call.reason != null)
    blocks.push(section(reasonText(full ? call.reason : hidePhones(call.reason), words)))
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
      blocks.push(section(codeBlock(escapeMrkdwn(pagesOf(spoken(transcript, words), 1500)[0] ?? ''))))
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
      status: agent.status === undefined ? '' : ` · ${agentStatusText(agent.status, words)}`,
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
