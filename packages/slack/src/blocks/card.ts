import type { Button, KnownBlock } from '@slack/types'
import { type Call, isOver } from '../calls/model.ts'
import type { WordKey } from '../words/en.ts'
import { dateMrkdwn, escapeMrkdwn, userMrkdwn, type Words } from '../words/words.ts'
import { failureLines, hidePhones, phoneText, sentimentText, spoken, variablesText } from './describe.ts'
import {
  actions,
  button,
  clip,
  clipMrkdwn,
  codeBlock,
  context,
  type Message,
  message,
  quote,
  section,
} from './kit.ts'
import { about } from './memory.ts'

const REASONS = new Set(['no_answer', 'busy', 'invalid_number', 'agent_error', 'network_error'])

export function reasonText(reason: string, words: Words): string {
  return REASONS.has(reason)
    ? words.mrkdwn(`reason.${reason}` as WordKey)
    : words.mrkdwn('reason.other', { reason })
}

/** The line that says where a call stands. */
export function stateLine(call: Call, full: boolean, words: Words): string {
  const when = dateMrkdwn(call.request.scheduleAt ?? call.createdAt / 1000)
  return words.mrkdwn(`card.${call.state}`, { number: phoneText(call.request.phone, full), when })
}

/**
 * The one message that shows a call through its life. In a channel the number and every number in the texts is
 * hidden; `full` is for a conversation with the caller alone.
 */
export function callCard(call: Call, full: boolean, words: Words): Message {
  const line = stateLine(call, full, words)
  const shown = (text: string): string => (full ? text : hidePhones(text))
  const blocks: KnownBlock[] = [section(line)]
  const facts = [words.mrkdwn('card.agent', { agent: call.request.agentName })]
  const { result, failure } = call
  if (isOver(call.state) && result !== null) {
    if (result.outcome !== null) facts.push(words.mrkdwn('card.outcome', { outcome: shown(result.outcome) }))
    if (result.duration !== null) facts.push(words.duration(result.duration))
    if (result.sentiment !== null) facts.push(sentimentText(result.sentiment, words))
    if (call.state === 'failed') blocks.push(section(reasonText(shown(result.reason ?? '—'), words)))
    else if (result.summary === null) blocks.push(section(words.mrkdwn('card.summary_later')))
    else blocks.push(section(quote(summaryText(shown(result.summary)))))
  }
  if (failure !== null) {
    // Whatever broke off: nobody is told to try again where a phone may be ringing.
    const isOpenEnded = call.state === 'unknown' && failure.name !== 'ConflictError'
    const said = isOpenEnded ? { ...failure, name: 'OutcomeUnknownError' } : failure
    blocks.push(section(failureLines({ ...said, message: shown(said.message) }, words)))
    if (call.state === 'unknown') blocks.push(section(candidatesText(failure.candidates, words)))
  }
  for (const name of call.actions.slice(-3))
    facts.push(
      name === '' ? words.mrkdwn('card.transfer') : words.mrkdwn('card.action', { action: shown(name) }),
    )
  blocks.push(context(facts.join('  ·  ')))
  blocks.push(
    context(
      words.mrkdwn('card.asked_by', { user: userMrkdwn(call.user), when: dateMrkdwn(call.createdAt / 1000) }),
    ),
  )
  const buttons = cardButtons(call, words)
  if (buttons.length > 0) blocks.push(actions(`card_${call.id}`, ...buttons))
  return message(line.replace(/:[a-z_]+: /, '').replace(/\*/g, ''), ...blocks)
}

/** A summary fit for a card: the thread has all of it. */
function summaryText(summary: string): string {
  return clipMrkdwn(escapeMrkdwn(clip(summary, 1500)), 2500)
}

function cardButtons(call: Call, words: Words): Button[] {
  const buttons: Button[] = []
  const value = about(call.team, call.id)
  const ended =
    isOver(call.state) || call.state === 'refused' || call.state === 'not_placed' || call.state === 'unknown'
  if (ended) buttons.push(button({ id: 'call_again', text: words.plain('card.call_again'), value }))
  if (isOver(call.state) && call.result?.transcript != null) {
    buttons.push(button({ id: 'transcript', text: words.plain('card.transcript'), value }))
  }
  if (isOver(call.state) && call.result?.recording_url != null) {
    buttons.push(button({ id: 'recording', text: words.plain('card.recording'), value }))
  }
  return buttons
}

function candidatesText(ids: readonly string[], words: Words): string {
  return ids.length === 0
    ? words.mrkdwn('card.no_candidates')
    : words.mrkdwn('card.candidates', { ids: ids.slice(0, 5).join(', ') })
}

/** What the card's thread is told once, at the end. */
export function threadMessage(call: Call, full: boolean, withTranscript: boolean, words: Words): Message {
  const done = words.mrkdwn('thread.done', { user: userMrkdwn(call.user) })
  const { result } = call
  const shown = (text: string): string => (full ? text : hidePhones(text))
  const lasted = result?.duration == null ? '—' : words.duration(result.duration)
  const blocks: KnownBlock[] = [
    section(done),
    section(
      words.mrkdwn('thread.details', {
        id: call.callId ?? '—',
        agent: call.request.agentName,
        duration: lasted,
      }),
    ),
  ]
  if (Object.keys(call.request.variables).length > 0) {
    const list = Object.entries(call.request.variables).map(([key, value]) => [key, shown(value)])
    blocks.push(section(words.mrkdwn('thread.variables', { list: variablesText(Object.fromEntries(list)) })))
  }
  if (call.state === 'completed') {
    const summary = result?.summary ?? null
    blocks.push(
      section(
        summary === null
          ? words.mrkdwn('thread.no_summary')
          : words.mrkdwn('thread.summary', { summary: shown(summary) }),
      ),
    )
  } else blocks.push(section(reasonText(shown(result?.reason ?? '—'), words)))
  const transcript = result?.transcript ?? null
  if (transcript !== null) {
    if (withTranscript) {
      const text = spoken(shown(transcript), words)
      const first = pagesOf(text, 2400)[0] ?? ''
      blocks.push(section(`*${words.mrkdwn('card.transcript')}*`), section(codeBlock(escapeMrkdwn(first))))
    } else blocks.push(context(words.mrkdwn('thread.transcript_button')))
  }
  return message(done, ...blocks)
}

/** A text in parts of at most `size`, parted between lines where that is possible. */
export function pagesOf(text: string, size: number): string[] {
  const pages: string[] = []
  let page = ''
  for (const line of text.split('\n').flatMap((one) => chunks(one, size))) {
    if (page !== '' && page.length + 1 + line.length > size) {
      pages.push(page)
      page = line
    } else page = page === '' ? line : `${page}\n${line}`
  }
  return [...pages, page]
}

function chunks(line: string, size: number): string[] {
  if (line.length <= size) return [line]
  const parts: string[] = []
  let part = ''
  for (const char of line) {
    if (part.length + char.length > size) {
      parts.push(part)
      part = ''
    }
    part += char
  }
  return [...parts, part]
}
