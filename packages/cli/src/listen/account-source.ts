import { type Call, type Clock, isMovoiceError, type Movoice } from '@movoice-kit/core'
import { toCallEvent } from '@movoice-kit/core/events'
import type { Source, Take } from './source.ts'

export interface AccountSourceOptions {
  readonly movoice: Movoice
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly everyMs: number
  readonly onTrouble: (line: string) => void
}

/** A call that began earlier is over by now. */
const LONGEST_CALL_S = 35 * 60
/** How long a summary may come after the end of a call. */
const RESULT_GRACE_MS = 60_000
/** As much of the list as is read at a time. */
const MOST_CALLS = 500

/** Sees in the list of calls what changed since the last look. */
export function accountSource(options: AccountSourceOptions): Source {
  const { movoice, clock, signal, everyMs, onTrouble } = options
  return {
    says: `Looking every ${everyMs / 1000} s for calls that begin and calls that end. Of what happens within a call (action.triggered, transfer.initiated) webhooks alone tell.`,
    run: async (take, onReady) => {
      const from = Math.floor(clock.now() / 1000) - LONGEST_CALL_S
      const told = new Map<string, string>()
      const endedAt = new Map<string, number>()
      let first = true
      while (!signal.aborted) {
        try {
          for (const call of await recent(movoice, from, signal)) {
            if (first) told.set(call.call_id, call.status)
            else await tell(call, { told, endedAt, now: clock.now(), movoice, take, signal })
          }
          if (first) onReady()
          first = false
        } catch (error) {
          if (!isMovoiceError(error) || (error.status === 401 && first)) throw error
          if (!signal.aborted) onTrouble(`${error.message} Looking again.`)
        }
        await clock.sleep(everyMs, signal)
      }
    },
  }
}

async function recent(movoice: Movoice, from: number, signal: AbortSignal): Promise<Call[]> {
  const calls: Call[] = []
  for await (const call of movoice.calls.list({ from, limit: MOST_CALLS }, { signal })) calls.push(call)
  // Oldest first, as the list has no promised order.
  return calls.sort((a, b) => (a.created_at ?? 0) - (b.created_at ?? 0))
}

interface Telling {
  /** The status that was last told of each call. */
  readonly told: Map<string, string>
  /** When the end of a call without a summary was first seen. */
  readonly endedAt: Map<string, number>
  readonly now: number
  readonly movoice: Movoice
  readonly take: Take
  readonly signal: AbortSignal
}

async function tell(call: Call, { told, endedAt, now, movoice, take, signal }: Telling): Promise<void> {
  const { call_id, status } = call
  if (told.get(call_id) === status) return
  if (status === 'active') await take(toCallEvent(call))
  else if (status === 'completed' || status === 'failed') {
    const whole = await movoice.calls.get(call_id, { signal })
    const seen = endedAt.get(call_id) ?? now
    endedAt.set(call_id, seen)
    if (status === 'completed' && whole.summary == null && now - seen < RESULT_GRACE_MS) return
    endedAt.delete(call_id)
    await take(toCallEvent(whole))
  }
  told.set(call_id, status)
}
