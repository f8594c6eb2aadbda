import { callEvent, check } from '@movoice-kit/core/contract'
import { isMovoiceError, ValidationError } from '@movoice-kit/core/engine'
import {
  type CallEvent,
  completeCallEvent,
  parseWebhook,
  toCallEvent,
  verifyDelivery,
  verifyWebhook,
} from '@movoice-kit/core/events'
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow'
import { movoiceClient } from '../shared/client.ts'
import { readCredentials } from '../shared/credentials.ts'
import { eventJson, needsCall, readWanted, wants, wantsType } from './filter.ts'
import { Seen, single } from './seen.ts'

/** Movoice waits for the answer, so the call is not asked for long. */
const LOOK_MS = 8_000

/** One event in: checked, told once, and answered at once where nobody wants it. */
export async function receive(functions: IWebhookFunctions): Promise<IWebhookResponseData> {
  const response = functions.getResponseObject()
  const answer = (status: number, message: string): IWebhookResponseData => {
    response.status(status).json({ message })
    return { noWebhookResponse: true }
  }
  const raw = rawBody(functions)
  let event: CallEvent
  try {
    event = await verified(functions, raw)
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    const refused = !(error instanceof ValidationError) && error.code !== 'validation_failed'
    functions.logger.warn(`Movoice Trigger refused a request: ${error.message}`)
    return refused ? answer(401, 'The signature is missing or wrong.') : answer(400, error.message)
  }
  const filters = functions.getNodeParameter('filters', {}) as IDataObject
  const wanted = readWanted(functions.getNodeParameter('events', []), filters)
  if (!wantsType(wanted, event.type)) return answer(200, 'No workflow wants this event.')
  const told = await single(
    `${functions.getWorkflow().id}:${functions.getNode().id}:${event.id}`,
    async () => {
      const seen = new Seen(functions.getWorkflowStaticData('node'))
      const testing = functions.getMode() === 'manual'
      if (!testing && seen.has(event.id)) return answer(200, 'This event was told before.')
      const full = await completed(functions, event)
      // An event is thrown away only when it is known not to be wanted; Movoice sends it again.
      if (needsCall(wanted, full))
        return answer(503, 'The call could not be looked up: send this again later.')
      if (!wants(wanted, full)) return answer(200, 'No workflow wants this event.')
      if (!testing) seen.add(event.id)
      const simplify = functions.getNodeParameter('simplify', true) as boolean
      return { workflowData: [[{ json: eventJson(full, simplify) }]] }
    },
  )
  return told ?? answer(200, 'This event is being told.')
}

function rawBody(functions: IWebhookFunctions): Buffer {
  const { rawBody: raw } = functions.getRequestObject() as { rawBody?: Buffer }
  return raw ?? Buffer.alloc(0)
}

/**
 * The event, once its signature holds: the hooks server's over its subscription's secret, Movoice's own over the
 * credential's. Without a secret nothing is let in.
 */
async function verified(functions: IWebhookFunctions, raw: Buffer): Promise<CallEvent> {
  const headers = functions.getHeaderData() as Record<string, string | string[] | undefined>
  const { subscription } = functions.getWorkflowStaticData('node') as { subscription?: { secret?: string } }
  if (headers['webhook-signature'] !== undefined) {
    verifyDelivery(raw, headers, subscription?.secret ?? '')
    const checked = check(callEvent, JSON.parse(raw.toString('utf8')))
    if (!checked.ok) throw new ValidationError('The delivery', checked.problems)
    return checked.value
  }
  const { webhookSecret } = await readCredentials(functions)
  verifyWebhook(raw, headers, webhookSecret)
  return toCallEvent(parseWebhook(raw), undefined, { receivedAt: Date.now() })
}

/** Fills in what Movoice's webhook leaves out (agent, number, transcript), as far as the API tells it in time. */
async function completed(functions: IWebhookFunctions, event: CallEvent): Promise<CallEvent> {
  const { call_id } = event
  const whole = event.agent_id !== null && event.recipient_phone !== null
  if (call_id === null || (whole && event.type !== 'call.completed')) return event
  try {
    const movoice = await movoiceClient(functions)
    return completeCallEvent(event, await movoice.calls.get(call_id, { timeoutMs: LOOK_MS }))
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    functions.logger.warn(`Movoice Trigger could not look up the call: ${error.message}`)
    return event
  }
}
