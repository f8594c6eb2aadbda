import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import { type Call, callId } from '@movoice-kit/core/contract'
import { isMovoiceError } from '@movoice-kit/core/engine'
import * as z from 'zod/mini'
import type { Office } from '../office.ts'
import { callText, callView, viewOf } from '../output/call-view.ts'
import { answer } from './reading.ts'

const MOST_SECONDS = 1800
/** Most clients give up on a request after 60 s. */
const DEFAULT_SECONDS = 50
/** Between two looks, while somebody watches the progress. */
const LOOK_EVERY_MS = 5_000

export const waitInput = z.strictObject({
  call_id: callId,
  timeout_seconds: z.optional(
    z
      .int({ error: 'must be whole seconds, such as 50' })
      .check(
        z.minimum(1, { error: 'must be at least 1' }),
        z.maximum(MOST_SECONDS, { error: `must be at most ${MOST_SECONDS}` }),
      ),
  ),
})

export const waitOutput = z.looseObject({
  state: z
    .enum(['over', 'still_going_on'])
    .check(
      z.meta({ description: 'over: the call has its result. still_going_on: the time was up; wait again' }),
    ),
  call: callView,
})

/** Waits for the end of a call, telling its progress to a client that asked for it. */
export async function waitForCall(
  { movoice, shift }: Office,
  { call_id, timeout_seconds = DEFAULT_SECONDS }: z.infer<typeof waitInput>,
  ctx: ServerContext,
): Promise<CallToolResult> {
  const progress = progressOf(ctx)
  let last: Call | undefined
  try {
    const done = await movoice.calls.waitUntilDone(call_id, {
      timeoutMs: timeout_seconds * 1000,
      signal: AbortSignal.any([ctx.mcpReq.signal, shift.closing]),
      ...(progress !== undefined && { everyMs: LOOK_EVERY_MS }),
      onLook: (call) => {
        last = call
        progress?.(call)
      },
    })
    return over(done)
  } catch (error) {
    if (!isMovoiceError(error) || error.code !== 'still_running') throw error
    last ??= await movoice.calls.get(call_id, { signal: ctx.mcpReq.signal })
    const view = viewOf(last, true)
    const text = `The call ${call_id} is still going on after ${timeout_seconds} s. Call wait_for_call again.`
    return answer(`${text}\n\n${callText(view)}`, { state: 'still_going_on', call: view })
  }
}

function over(call: Call): CallToolResult {
  const view = viewOf(call, true)
  return answer(`The call is over.\n\n${callText(view)}`, { state: 'over', call: view })
}

/** Tells each look; one that cannot be told any more is no reason to stop waiting. */
function progressOf(ctx: ServerContext): ((call: Call) => void) | undefined {
  const progressToken = ctx.mcpReq._meta?.progressToken
  if (progressToken === undefined) return undefined
  let looks = 0
  return ({ status }) => {
    looks += 1
    const params = { progressToken, progress: looks, message: `The call is ${status}.` }
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
  }
}
