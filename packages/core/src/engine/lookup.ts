import type { Call } from '../contract/call.ts'
import type { CancelSignal } from './cancel.ts'
import { MAX_PAGE, walkPages } from './paging.ts'
import type { Requester } from './requester.ts'

/** More than an agent can have placed in the minutes a look goes back, unless the list ignores `from`. */
const MOST_CALLS = 2_000

/** The calls of an agent since a moment; `complete` is false if there were too many to read. */
export async function recentCalls(
  requester: Requester,
  { agentId, from }: { readonly agentId: string; readonly from: number },
  options: { readonly signal: CancelSignal | undefined; readonly deadline: number },
): Promise<{ readonly calls: readonly Call[]; readonly complete: boolean }> {
  const calls: Call[] = []
  const walk = walkPages<Call>({
    fetch: (page) => requester.send('calls.list', { query: { agent_id: agentId, from, ...page } }, options),
    idOf: (call) => call.call_id,
    pageSize: MAX_PAGE,
    offset: 0,
  })
  for await (const call of walk) {
    if (calls.length === MOST_CALLS) return { calls, complete: false }
    calls.push(call)
  }
  return { calls, complete: true }
}

/** Whether two texts are the same phone number, however they are written. */
export function sameNumber(a: string | null | undefined, b: string): boolean {
  return typeof a === 'string' && a.replace(/\D/g, '') === b.replace(/\D/g, '')
}
