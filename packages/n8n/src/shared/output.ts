import type { Call } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import type { IDataObject } from 'n8n-workflow'

/**
 * Data of the API as an item's JSON. n8n takes a top-level `error` for a failure of the node, and runs the node
 * again where Retry On Fail is set: a field of that name is passed on under another.
 */
export function itemJson(data: object): IDataObject {
  const { error, ...rest } = data as Record<string, unknown>
  return (error === undefined ? rest : { ...rest, error_info: error }) as IDataObject
}

/** The ten fields of a call that most workflows need. */
export function simpleCall(call: Call): IDataObject {
  return {
    call_id: call.call_id,
    status: call.status,
    agent_id: call.agent_id ?? null,
    recipient_phone: call.recipient_phone ?? null,
    created_at: call.created_at ?? null,
    duration: call.duration ?? null,
    outcome: call.outcome ?? null,
    sentiment: call.sentiment ?? null,
    summary: call.summary ?? null,
    transcript: transcriptText(call.transcript),
  }
}
