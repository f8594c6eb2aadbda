import { localTimes } from '@movoice-kit/core/callee'
import { readPhone } from '@movoice-kit/core/phone'
import type { KnownBlock, ModalView } from '@slack/types'
import { type Draft, dueAt } from '../calls/model.ts'
import type { Question, Refusal, Verdict } from '../guards/judge.ts'
import type { Policy } from '../guards/policy.ts'
import type { CallProblem } from '../parse/parse-call.ts'
import type { WordKey } from '../words/en.ts'
import { channelMrkdwn, dateMrkdwn, Mrkdwn, type Words } from '../words/words.ts'
import { localTimeText, phoneText, variablesText } from './describe.ts'
import { actions, button, clip, context, limits, type Message, message, plain, section } from './kit.ts'
import { remember } from './memory.ts'

/** What is about to happen, for the person who is asked: number, country, local time there, agent. */
export function confirmBlocks(draft: Draft, now: number, words: Words): KnownBlock[] {
  const { request } = draft
  const reading = readPhone(request.phone)
  const country = reading.ok ? words.country(reading.country) : undefined
  const lines = [
    words.mrkdwn('confirm.number', { number: phoneText(request.phone, true) }) +
      (country === undefined ? '' : `  ·  ${words.mrkdwn('confirm.country', { country })}`),
    localTimeText(request.phone, dueAt(request, now), request.scheduleAt !== undefined, words),
    words.mrkdwn('confirm.agent', { agent: request.agentName }),
  ]
  if (request.scheduleAt !== undefined)
    lines.push(words.mrkdwn('confirm.schedule', { when: dateMrkdwn(request.scheduleAt) }))
  const blocks: KnownBlock[] = [section(lines.join('\n'))]
  const more: string[] = []
  if (Object.keys(request.variables).length > 0)
    more.push(words.mrkdwn('confirm.variables', { list: variablesText(request.variables) }))
  if (request.fromNumber !== undefined)
    more.push(words.mrkdwn('confirm.from', { number: phoneText(request.fromNumber, true) }))
  if (request.maxDuration !== undefined)
    more.push(words.mrkdwn('confirm.max', { minutes: Math.round(request.maxDuration / 60) }))
  if (more.length > 0) blocks.push(context(...more))
  return blocks
}

export function questionText(
  why: Question,
  seconds: number | undefined,
  policy: Policy,
  words: Words,
): string {
  return words.mrkdwn(`ask.${why}`, {
    seconds: seconds ?? 0,
    from: policy.callFrom ?? '',
    until: policy.callUntil ?? '',
  })
}

/** The value a button of a question carries: which asking it answers, and what is said yes to. */
export const answerValue = (draft: Draft, question: Question | undefined): string =>
  remember(draft.team, { d: draft.id, g: draft.generation, ...(question !== undefined && { q: question }) })

/** The question as a message that only the person sees. */
export function confirmMessage(
  draft: Draft,
  asked: Extract<Verdict, { kind: 'ask' }> | undefined,
  now: number,
  policy: Policy,
  words: Words,
): Message {
  const value = answerValue(draft, asked?.why)
  const title = words.plain('confirm.title')
  return message(
    title,
    section(`*${title}*`),
    ...(asked === undefined ? [] : [section(questionText(asked.why, asked.seconds, policy, words))]),
    ...confirmBlocks(draft, now, words),
    actions(
      'confirm',
      button({
        id: 'confirm_call',
        text: words.plain(asked === undefined ? 'confirm.call' : 'confirm.call_anyway'),
        value,
        style: asked === undefined ? 'primary' : 'danger',
      }),
      button({ id: 'confirm_edit', text: words.plain('confirm.edit'), value }),
      button({ id: 'confirm_cancel', text: words.plain('confirm.cancel'), value }),
    ),
  )
}

/** The same question as a modal. */
export function confirmView(
  draft: Draft,
  asked: Extract<Verdict, { kind: 'ask' }> | undefined,
  now: number,
  policy: Policy,
  words: Words,
): ModalView {
  return {
    type: 'modal',
    callback_id: 'confirm_view',
    private_metadata: answerValue(draft, asked?.why),
    title: plain(words.plain('confirm.title'), limits.title),
    submit: plain(words.plain(asked === undefined ? 'confirm.call' : 'confirm.call_anyway'), limits.submit),
    close: plain(words.plain('modal.back'), limits.submit),
    blocks: [
      ...(asked === undefined ? [] : [section(questionText(asked.why, asked.seconds, policy, words))]),
      ...confirmBlocks(draft, now, words),
    ],
  }
}

export interface RefusalFacts {
  readonly phone?: string | undefined
  readonly policy: Policy
  readonly now: number
}

/** Why not, and what to do about it. */
export function refusalText(why: Refusal, { phone, policy, now }: RefusalFacts, words: Words): string {
  const times = phone === undefined ? [] : [...(localTimes(phone, now)?.times ?? [])].sort()
  const time = times.length > 1 ? `${times[0]}–${times.at(-1)}` : (times[0] ?? '—')
  return words.mrkdwn(`refuse.${why}`, {
    number: phone === undefined ? '' : phoneText(phone, true),
    time,
    from: policy.callFrom ?? '',
    until: policy.callUntil ?? '',
    count: (why === 'quota_workspace' ? policy.quotaPerWorkspace : policy.quotaPerPerson) ?? 0,
    channels: new Mrkdwn(
      policy.callers.channels
        .slice(0, 10)
        .map((id) => channelMrkdwn(id).text)
        .join(', '),
    ),
  })
}

/** What was not understood, kindly, with how it is written. */
export function problemText(
  problem: CallProblem,
  at: string,
  suggestion: string | undefined,
  words: Words,
): string {
  return words.mrkdwn(`read.${problem}` as WordKey, {
    at: clip(at, 100),
    suggestion: clip(suggestion ?? '', 200),
    usage: new Mrkdwn(words.mrkdwn('read.usage')),
  })
}
