import type { CallEvent } from '@movoice-kit/core/events'

/** Fields that an event of its kind should have and does not: what is worth waiting for. */
export function missingFields(event: CallEvent): string[] {
  const missing: string[] = []
  if (event.call_id === null) return missing
  if (event.agent_id === null) missing.push('agent_id')
  if (event.recipient_phone === null) missing.push('recipient_phone')
  if (event.type === 'call.completed') {
    if (event.summary === null) missing.push('summary')
    if (event.transcript === null && event.transcript_url === null) missing.push('transcript')
    if (event.outcome === null) missing.push('outcome')
  }
  if (event.type === 'call.failed' && event.reason === null) missing.push('reason')
  return missing
}
