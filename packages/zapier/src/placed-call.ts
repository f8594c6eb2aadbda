import { type Movoice, mayBePlacedBy } from '@movoice-kit/core/client'
import type { Call, CreateCallInput } from '@movoice-kit/core/contract'
import type { Walk } from './within.ts'

/** How far Movoice's clock and Zapier's may be apart, in seconds: missing a call could ring a second time. */
const SKEW_SECONDS = 60

/**
 * The call that a request placed at or after a time, from the list of calls. The earliest, if several fit; `undefined`
 * if none does.
 */
export async function findPlacedCall(
  movoice: Movoice,
  input: CreateCallInput,
  sinceMs: number,
  { signal }: Walk,
): Promise<Call | undefined> {
  const from = Math.floor(sinceMs / 1000) - SKEW_SECONDS
  let earliest: Call | undefined
  for await (const call of movoice.calls.list({ agent_id: input.agent_id, from }, { signal })) {
    // The filter is Movoice's; what is told here is checked here.
    if (!mayBePlacedBy(call, input) || (call.created_at ?? from) < from) continue
    if (earliest === undefined || (call.created_at ?? 0) < (earliest.created_at ?? 0)) earliest = call
  }
  return earliest
}
