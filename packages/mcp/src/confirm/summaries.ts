import { isDoubtful } from '@movoice-kit/core/callee'
import type { Agent, CreateBatchInput, CreateCallInput } from '@movoice-kit/core/contract'
import { readPhone } from '@movoice-kit/core/phone'
import { diffLines } from 'diff'
import type { Lately } from '../guards/lately.ts'
import { durationText, mayBeNight, momentText, numberText, oneLine, timeThere } from './words.ts'

const MOST_VARIABLES = 12
const MOST_NUMBERS = 5
const MOST_OF_ONE = 3
const MOST_DIFF_LINES = 60
/** A field whose values fit in a sentence is told in one. */
const SHORT = 120

/** `Clinic reminders (agent_clinic)`. */
export function agentText({ agent_id, name }: Agent): string {
  const shown = typeof name === 'string' ? oneLine(name, 80) : ''
  return shown === '' ? agent_id : `${shown} (${agent_id})`
}

/** What a person reads before one phone rings. */
export function callSummary(input: CreateCallInput, agent: Agent, lately: Lately, now: number): string {
  const at = input.schedule_at === undefined ? now : input.schedule_at * 1000
  const there = timeThere(input.recipient_phone, at)
  const earlier = lately(input.recipient_phone)
  const variables = variablesText(input.variables, MOST_VARIABLES)
  return lines(
    `Call ${numberText(input.recipient_phone)}${input.schedule_at === undefined ? ' now' : ''}?`,
    `Agent: ${agentText(agent)}.`,
    input.schedule_at !== undefined && `When: ${momentText(input.schedule_at)}.`,
    there !== undefined && `Local time there${input.schedule_at === undefined ? '' : ' then'}: ${there}.`,
    input.from_number !== undefined && `From: ${numberText(input.from_number)}.`,
    input.max_duration !== undefined && `Longest: ${durationText(input.max_duration)}.`,
    variables !== '' && `Variables: ${variables}.`,
    mayBeNight(input.recipient_phone, at) &&
      'Careful: it may be outside 8:00–21:00 there, when many countries forbid such calls.',
    isDoubtful(input.recipient_phone) && 'Careful: this number is in no range that its country uses.',
    earlier !== undefined &&
      `Careful: this number was called ${earlier.minutesAgo} min ago${earlier.callId === undefined ? '' : ` (${earlier.callId})`}. They would be rung again.`,
  )
}

/** What a person reads before many phones ring. */
export function batchSummary(input: CreateBatchInput, agent: Agent, lately: Lately, now: number): string {
  const phones = input.recipients.map(({ phone }) => phone)
  const at = input.schedule_at === undefined ? now : input.schedule_at * 1000
  const nights = phones.filter((phone) => mayBeNight(phone, at)).length
  const again = phones.filter((phone) => lately(phone) !== undefined).length
  const doubtful = phones.filter(isDoubtful).length
  const rest = phones.length - MOST_NUMBERS
  return lines(
    `Call ${phones.length} ${phones.length === 1 ? 'number' : 'numbers'}${input.schedule_at === undefined ? ' now' : ''}? ${countriesText(phones)}.`,
    `Agent: ${agentText(agent)}.`,
    input.schedule_at !== undefined && `When: ${momentText(input.schedule_at)}.`,
    input.concurrency !== undefined && `At once: ${input.concurrency}.`,
    ...input.recipients
      .slice(0, MOST_NUMBERS)
      .map(({ phone, variables }) => recipientText(phone, variablesText(variables, MOST_OF_ONE))),
    rest > 0 && `And ${rest} more.`,
    nights > 0 &&
      `Careful: for ${nights} of them it may be outside 8:00–21:00 there, when many countries forbid such calls.`,
    doubtful > 0 &&
      `Careful: ${doubtful} ${doubtful === 1 ? 'is' : 'are'} in no range that the country uses.`,
    again > 0 &&
      `Careful: ${again} of them ${again === 1 ? 'was' : 'were'} called lately. They would be rung again.`,
  )
}

export interface Change {
  readonly name: string
  readonly before: unknown
  readonly after: unknown
}

/** What a person reads before an agent is changed: each field as it is and as it would be. */
export function changeSummary(agent: Agent, changes: readonly Change[]): string {
  return lines(
    `Change the agent ${agentText(agent)}. It speaks like this in every call from then on.`,
    ...changes.map(changeText),
  )
}

function changeText({ name, before, after }: Change): string {
  const [was, is] = [fieldText(before), fieldText(after)]
  if (was.length <= SHORT && is.length <= SHORT && !`${was}${is}`.includes('\n')) {
    return `${oneLine(name, 60)}: was ${quoted(was)}, would be ${quoted(is)}.`
  }
  const shown: string[] = []
  for (const { value, added, removed } of diffLines(was, is)) {
    const mark = added ? '+ ' : removed ? '- ' : '  '
    const part = value.replace(/\n$/, '').split('\n')
    // Of what stays, a line around each change says where it is.
    const kept = added || removed || part.length <= 2 ? part : [part[0] ?? '', '…', part.at(-1) ?? '']
    for (const line of kept) shown.push(`${mark}${oneLine(line, 300)}`)
  }
  const rest = shown.length - MOST_DIFF_LINES
  return [
    `${oneLine(name, 60)}:`,
    ...shown.slice(0, MOST_DIFF_LINES),
    ...(rest > 0 ? [`… and ${rest} more lines`] : []),
  ].join('\n')
}

function fieldText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

function countriesText(phones: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const phone of phones) {
    const reading = readPhone(phone)
    const country = (reading.ok ? reading.country : undefined) ?? 'of no country'
    counts.set(country, (counts.get(country) ?? 0) + 1)
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([country, count]) => `${count} ${country}`)
    .join(', ')
}

/** Values in quotes: one that tries to read like a line of this text does not. */
function variablesText(variables: CreateCallInput['variables'], most: number): string {
  const entries = Object.entries(variables ?? {})
  const shown = entries
    .slice(0, most)
    .map(
      ([name, value]) =>
        `${oneLine(name, 60)} = ${typeof value === 'string' ? quoted(value) : String(value)}`,
    )
  const rest = entries.length - most
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}

const recipientText = (phone: string, variables: string): string =>
  `• ${numberText(phone)}${variables === '' ? '' : `, ${variables}`}.`

const quoted = (value: string): string => JSON.stringify(oneLine(value))

// Many clients show it as one paragraph: every line is a sentence.
const lines = (...parts: readonly (string | false)[]): string =>
  parts.filter((part) => part !== false).join('\n')
