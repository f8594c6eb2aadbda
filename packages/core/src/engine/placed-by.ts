import type { Call, CreateCallInput } from '../contract/call.ts'
import { sameNumber } from './lookup.ts'

/**
 * Whether a call of the list may be what a request placed: the same agent and number and, where the list shows them,
 * the same time and the same values of the variables that were asked for. What the list does not show speaks for no
 * other call; who must not ring twice takes it for this one.
 *
 * @example
 * const mine = calls.filter((call) => mayBePlacedBy(call, { agent_id: 'agent_clinic', recipient_phone: '+12025550101' }))
 */
export function mayBePlacedBy(call: Call, input: CreateCallInput): boolean {
  if ((call.agent_id ?? input.agent_id) !== input.agent_id) return false
  if (!sameNumber(call.recipient_phone, input.recipient_phone)) return false
  if (input.schedule_at !== undefined && (call.schedule_at ?? input.schedule_at) !== input.schedule_at)
    return false
  const shown = call.variables ?? {}
  return Object.entries(input.variables ?? {}).every(
    ([key, value]) => !Object.hasOwn(shown, key) || String(shown[key]) === String(value),
  )
}
