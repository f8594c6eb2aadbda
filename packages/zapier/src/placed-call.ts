import type { Movoice } from '@movoice-kit/core/client'
import type { Call, CreateCallInput } from '@movoice-kit/core/contract'
import type { Walk } from './within.ts'

/** How far Movoice's clock and Zapier's may be apart, in seconds: missing a call could ring a second time. */
const SKEW_SECONDS = 60

/**
 * The call that a request placed at or after a time, from the list of calls: same agent, same number and, where the
 * list shows them, same variables. The earliest, if several fit; `undefined` if none does.
 */
export async function findPlacedCall(
  movoice: Movoice,
  { agent_id, recipient_phone, variables, schedule_at }: CreateCallInput,
  sinceMs: number,
  { signal }: Walk,
): Promise<Call | undefined> {
  const from = Math.floor(sinceMs / 1000) - SKEW_SECONDS
  let earliest: Call | undefined
  for await (const call of movoice.calls.list({ agent_id, from }, { signal })) {
    if (call.agent_id != null && call.agent_id !== agent_id) continue
    if (call.recipient_phone !== recipient_phone) continue
    // The filter is Movoice's; what is told here is checked here.
    if (call.created_at != null && call.created_at < from) continue
    if (call.variables != null && variables !== undefined && !sameVariables(call.variables, variables))
      continue
    if (call.schedule_at != null && schedule_at !== undefined && call.schedule_at !== schedule_at) continue
    if (earliest === undefined || (call.created_at ?? 0) < (earliest.created_at ?? 0)) earliest = call
  }
  return earliest
}

function sameVariables(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].every((key) => String(one[key] ?? '') === String(other[key] ?? ''))
}
