import { type Call, call, callStatuses, failureReasons, sentiments } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import * as z from 'zod/mini'
import { fenced, UNTRUSTED_NOTICE } from './untrusted.ts'

const text = (description: string) => z.optional(z.string().check(z.meta({ description })))
const number = (description: string) => z.optional(z.number().check(z.meta({ description })))
const known = (description: string, values: readonly string[]) =>
  text(`${description}: ${values.join(', ')}, or another`)

/** A tag that is short and plain; anything else that stands in its place is told as words from outside. */
const PLAIN = /^[\w .:/-]{1,64}$/

const outside = {
  summary: text('What the call was about, as summed up by Movoice'),
  transcript: text('What was said, one line a turn'),
  transcript_cut: z.optional(
    z.boolean().check(
      z.meta({
        description: 'The transcript is longer: read the resource movoice://calls/{id}/transcript',
      }),
    ),
  ),
  other: z.optional(
    z
      .record(z.string(), z.unknown())
      .check(z.meta({ description: 'Fields of the call that this server does not know' })),
  ),
}

/** A call for an assistant: no `null`, and whatever was said on the phone kept apart from what Movoice states. */
export const callView = z.looseObject({
  call_id: z.string().check(z.meta({ description: "The call's id" })),
  status: z.string().check(z.meta({ description: `${callStatuses.join(', ')}, or another` })),
  agent_id: text('The agent that talks'),
  recipient_phone: text('Who was called, in E.164 form'),
  from_number: text('The number that called'),
  direction: text('outbound or inbound'),
  created_at: number('Unix time in seconds'),
  schedule_at: number('Unix time in seconds'),
  ended_at: number('Unix time in seconds'),
  duration: number('How long they talked, in seconds'),
  sentiment: known('How the person sounded', sentiments),
  outcome: known('What came of the call', ['BOOKED', 'REFUSED', 'CALLBACK', 'NO_ANSWER']),
  reason: known('Why the call failed', failureReasons),
  variables: z.optional(z.record(z.string(), z.unknown())),
  recording_url: text('Where the recording is'),
  transcript_url: text('Where the transcript is'),
  has_transcript: z.optional(
    z.boolean().check(z.meta({ description: 'Whether there is a transcript to read' })),
  ),
  untrusted_content: z.optional(
    z.looseObject({ notice: z.string(), ...outside }).check(z.meta({ description: UNTRUSTED_NOTICE })),
  ),
})
export type CallView = z.infer<typeof callView>

/** A call where it is one thing among others: an answer holds the fields of {@link callView} all the same. */
export const callBrief = z.looseObject({
  call_id: callView.shape.call_id,
  status: callView.shape.status,
  recipient_phone: callView.shape.recipient_phone,
  created_at: callView.shape.created_at,
  outcome: callView.shape.outcome,
})

/** What of a call is words from outside, whatever else stands in it. */
const SAID = ['summary', 'transcript'] as const
const TAGS = ['status', 'sentiment', 'outcome', 'reason', 'direction'] as const

/** So much of a transcript stands in an answer; the resource has all of it. */
export const MOST_TRANSCRIPT = 20_000

/**
 * A call as it is told to an assistant.
 *
 * @param words whether what was said is wanted: not in a list
 */
export function viewOf(found: Call, words: boolean): CallView {
  const facts: Record<string, unknown> = {}
  const other: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(found)) {
    if (value === null || value === undefined || isOneOf(SAID, key)) continue
    const odd = isOneOf(TAGS, key) && !(typeof value === 'string' && PLAIN.test(value))
    if (key in call.shape && !odd) facts[key] = value
    else other[key] = value
  }
  const transcript = transcriptText(found.transcript) ?? undefined
  const hasTranscript = transcript !== undefined && transcript !== ''
  const view = {
    ...facts,
    call_id: found.call_id,
    status: typeof facts.status === 'string' ? facts.status : 'unknown',
    has_transcript: hasTranscript || typeof found.transcript_url === 'string',
  }
  if (!words) return view
  const untrusted = {
    ...(typeof found.summary === 'string' && found.summary !== '' && { summary: found.summary }),
    ...(hasTranscript && { transcript: transcript.slice(0, MOST_TRANSCRIPT) }),
    ...(hasTranscript && transcript.length > MOST_TRANSCRIPT && { transcript_cut: true }),
    ...(Object.keys(other).length > 0 && { other }),
  }
  if (Object.keys(untrusted).length === 0) return view
  return { ...view, untrusted_content: { notice: UNTRUSTED_NOTICE, ...untrusted } }
}

/** The call as text, for a client that shows no structured content: facts first, then what was said, fenced. */
export function callText({ untrusted_content: said, ...facts }: CallView): string {
  const lines = Object.entries(facts).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  if (said === undefined) return lines.join('\n')
  const parts = [
    said.summary === undefined ? undefined : fenced('summary', said.summary),
    said.transcript === undefined ? undefined : fenced('transcript', said.transcript),
    said.transcript_cut === true
      ? `(The transcript is longer: read movoice://calls/${encodeURIComponent(facts.call_id)}/transcript.)`
      : undefined,
    said.other === undefined ? undefined : fenced('other', JSON.stringify(said.other)),
  ].filter((part) => part !== undefined)
  return [...lines, '', UNTRUSTED_NOTICE, ...parts].join('\n')
}

const isOneOf = (keys: readonly string[], key: string): boolean => keys.includes(key)
