import { localTimes } from '@movoice-kit/core/callee'
import { maskPhone } from '@movoice-kit/core/engine'
import { readPhone } from '@movoice-kit/core/phone'
import type { Failure } from '../calls/model.ts'
import { plainDigits } from '../parse/tidy.ts'
import { en, type WordKey } from '../words/en.ts'
import { escapeMrkdwn, Mrkdwn, type Words } from '../words/words.ts'
import { clip } from './kit.ts'

/** A number as people write it, or with its middle hidden. */
export function phoneText(e164: string, full: boolean): string {
  if (!full) return maskPhone(e164)
  const reading = readPhone(e164)
  return reading.ok ? reading.international : e164
}

/** Digits of any script, parted as people and keyboards part them. */
const PHONE = /[+\uff0b]?\p{Nd}(?:[\s().\p{Pd}\u2212/\u00b7\u00ad\u200b-\u200f\u2060]{0,4}\p{Nd}){6,14}/gu
/** A day, with the hour behind it: what an appointment is made for stays readable. */
const DAY =
  /^(?:(?:19|20)\d\d([-./])(?:0?\d|1[0-2])\1[0-3]?\d|[0-3]?\d([-./])(?:0?\d|1[0-2])\2(?:19|20)\d\d)(?:\s\d{1,2})?$/

/** Phone numbers inside a text, hidden: for channels. Numbers without a plus are hidden too if they are long. */
export const hidePhones = (text: string): string =>
  text.replace(PHONE, (found) => {
    const plain = plainDigits(found)
    return DAY.test(plain) ? found : maskPhone(plain.replace(/[^\d+]/g, ''))
  })

/** The time where a number is, at `at` (ms since 1970); `later` if that is not now. */
export function localTimeText(e164: string, at: number, later: boolean, words: Words): string {
  const local = localTimes(e164, at)
  if (local === undefined) return words.mrkdwn('confirm.time_unknown')
  const times = [...local.times].sort()
  const first = times[0] as string
  const last = times.at(-1) as string
  return first === last
    ? words.mrkdwn(later ? 'confirm.time_then' : 'confirm.time', { time: first })
    : words.mrkdwn(later ? 'confirm.times_then' : 'confirm.times', { first, last })
}

/** A transcript with its speakers named in the reader's language. */
export const spoken = (transcript: string, words: Words): string =>
  transcript
    .replace(/^(?:agent|assistant|bot)(?=:)/gim, words.plain('transcript.agent'))
    .replace(/^(?:user|customer|human)(?=:)/gim, words.plain('transcript.user'))

const SENTIMENTS = new Set(['positive', 'neutral', 'negative'])

/** How a call felt, as far as it is one of the known feelings. */
export const sentimentText = (sentiment: string, words: Words): string =>
  SENTIMENTS.has(sentiment)
    ? words.mrkdwn(`card.sentiment.${sentiment}` as WordKey)
    : escapeMrkdwn(clip(sentiment, 60))

/** Whether an agent is active, in words; another status as it is. */
export const agentStatusText = (status: string, words: Words): string => {
  const key = `agent.status.${status}`
  return Object.hasOwn(en, key) ? words.plain(key as WordKey) : clip(status, 30)
}

/** `name` *Asha* · `amount` *12* */
export const variablesText = (variables: Readonly<Record<string, unknown>>): Mrkdwn =>
  new Mrkdwn(
    Object.entries(variables)
      .slice(0, 20)
      .map(([key, value]) => `\`${escapeMrkdwn(key)}\` ${escapeMrkdwn(clip(String(value), 200))}`)
      .join(' · '),
  )

/** A failure by itself. */
export const failureText = (failure: Failure, words: Words): string =>
  `:warning: ${failureLines(failure, words)}`

/** A failure as a person needs it: cause, next step, and the reference. */
export function failureLines(failure: Failure, words: Words): string {
  const key = `fail.${failure.name}`
  const known = (Object.hasOwn(en, key) ? key : 'fail.other') as WordKey
  const text = words.mrkdwn(known, {
    message: failure.message.replace(/\.$/, ''),
    seconds: Math.ceil((failure.retryAfterMs ?? 60_000) / 1000),
    where: '',
  })
  return `${text}\n${words.mrkdwn('fail.reference', { reference: failure.reference })}`
}
