import { type Call, isMovoiceError, type Movoice, maskPhone } from '@movoice-kit/core'
import { CommandError } from '@movoice-kit/core/command'
import type { Received, Receiver } from './receiver.ts'
import type { WebhookTaken } from './sandbox-witness.ts'
import type { Timeline } from './timeline.ts'
import { until } from './until.ts'

/** What became of one call, for the table at the end. */
export interface Ending {
  readonly call: string
  readonly outcome: string
  readonly summary: string
  /** From the end of the call to the verified delivery, in milliseconds. */
  readonly deliveredAfterMs: number | undefined
}

/** Where the story looks to see whether a step really happened. */
export interface Witnesses {
  readonly movoice: Movoice
  readonly receiver: Receiver
  /** Whether the phone has rung; absent where nobody but Movoice knows. */
  readonly rang?: (callId: string) => Promise<boolean>
  /** The relay's answer to the webhook of this event, once there is one; absent where no webhook can arrive. */
  readonly webhookTaken?: (callId: string, type: string) => Promise<WebhookTaken | undefined>
  /** Whether the relay has stored the event with this id. */
  readonly stored: (eventId: string) => Promise<boolean>
}

export interface Plot {
  readonly agent: string
  readonly phone: string
  /** How long any one step may take, in milliseconds. */
  readonly patienceMs: number
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Statuses of a call that is not yet being talked in. */
const WAITING = ['initiated', 'scheduled']

/** Places one call and follows it to the delivery of its end. */
export async function followCall(timeline: Timeline, witnesses: Witnesses, plot: Plot): Promise<Ending> {
  const { movoice, receiver, rang, webhookTaken, stored } = witnesses
  const { now, signal, patienceMs } = plot
  const step = <T>(what: string, look: () => Promise<T | undefined>): Promise<T> =>
    until(what, look, { patienceMs, now, signal })

  const { call_id } = await movoice.calls.create(
    { agent_id: plot.agent, recipient_phone: plot.phone },
    { signal },
  )
  timeline.tell('movoice', `accepted the call to ${maskPhone(plot.phone)}: ${call_id}`)
  if (rang !== undefined) {
    await step('the phone did not ring', async () => (await rang(call_id)) || undefined)
    timeline.tell('movoice', 'the phone rings')
  }
  const answered = await step('the call was not put through', () => past(movoice, call_id, WAITING))
  if (answered.status === 'active') timeline.tell('movoice', 'the call is active: they talk')
  const ended = await step('the call did not end', () => past(movoice, call_id, [...WAITING, 'active']))
  let endedAt = now()
  const type = ended.status === 'completed' ? 'call.completed' : 'call.failed'
  const eventId = `${call_id}:${type}`
  const why = ended.outcome ?? ended.reason ?? ''
  timeline.tell('movoice', `the call is over: ${ended.status}${why === '' ? '' : `, ${why}`}`)
  if (webhookTaken !== undefined) {
    const taken = await step('the signed webhook did not arrive', () => webhookTaken(call_id, type))
    endedAt = taken.sentAt
    timeline.tell('hooks', `received the webhook ${type} and verified its signature: ${taken.status}`)
  }
  await step('the event was not stored', async () => (await stored(eventId)) || undefined)
  timeline.tell('hooks', `stored it as event ${eventId}`)
  const delivered = await step('the event was not delivered', () => soFar(receiver, eventId))
  timeline.tell('subscriber', `got it as ${delivered.deliveryId}, signature verified`, 'good')
  const { event } = delivered
  return {
    call: call_id,
    outcome: event.outcome ?? event.reason ?? event.status ?? '',
    summary: event.summary ?? '',
    deliveredAfterMs: Math.max(0, delivered.at - endedAt),
  }
}

/** Asks for a call that the API has to refuse; anything else is a fault of the demo. */
export async function followRefusal(timeline: Timeline, { movoice }: Witnesses, plot: Plot): Promise<Ending> {
  try {
    await movoice.calls.create({ agent_id: plot.agent, recipient_phone: plot.phone }, { signal: plot.signal })
  } catch (error) {
    if (!isMovoiceError(error) || error.status !== 422) throw error
    timeline.tell('movoice', `refused it: ${error.message}`)
    timeline.tell('core', `${error.name}, and what to do: ${error.hint}`, 'good')
    return { call: '–', outcome: 'refused', summary: 'No phone rang.', deliveredAfterMs: undefined }
  }
  throw new CommandError('A call with an agent that is not active was not refused.')
}

/** The call, once its status is none of these. */
async function past(
  movoice: Movoice,
  callId: string,
  statuses: readonly string[],
): Promise<Call | undefined> {
  const call = await movoice.calls.get(callId)
  return statuses.includes(call.status) ? undefined : call
}

async function soFar(receiver: Receiver, eventId: string): Promise<Received | undefined> {
  const [reason] = receiver.refused
  if (reason !== undefined) throw new CommandError(`The subscriber refused a delivery: ${reason}`)
  return receiver.received.find(({ event }) => event.id === eventId)
}
