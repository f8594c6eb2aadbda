import type { Call } from '@movoice-kit/core/contract'
import { isMovoiceError, type MovoiceClient } from '@movoice-kit/core/engine'
import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow'
import { cancelSignal, movoiceClient } from '../shared/client.ts'
import { n8nClock } from '../shared/clock.ts'
import { hasHooks, readCredentials } from '../shared/credentials.ts'
import { nodeError } from '../shared/errors.ts'
import { Fields } from '../shared/fields.ts'
import { hooksClient } from '../shared/hooks.ts'
import { isTool } from '../shared/memory.ts'
import { itemJson } from '../shared/output.ts'
import { isOver, isWhole } from '../shared/over.ts'
import { placeAll } from './call.ts'
import type { Context } from './context.ts'

const MINUTE_MS = 60_000
/** How long a summary may come after the end of a call. */
const SUMMARY_GRACE_MS = 60_000
const LOOK_EVERY_MS = 3_000
/** Only an event that ends a call wakes the execution. */
const ENDINGS = ['call.completed', 'call.failed'] as const

type Placed = { readonly index: number; readonly callId: string; readonly created: IDataObject }

/**
 * Places all items' calls, then waits for all of them. With a hooks server the execution is put to wait and costs
 * nothing until a call ends; else, and as an AI agent's tool, the node looks at the calls itself.
 *
 * Returns `null` once the execution waits.
 */
export async function createAndWait(
  context: Context,
  refuse: (error: unknown, itemIndex: number) => INodeExecutionData,
): Promise<INodeExecutionData[] | null> {
  const { functions } = context
  const results: INodeExecutionData[] = []
  const placed: Placed[] = []
  for (const [index, placement] of (await placeAll(context)).entries()) {
    if ('failure' in placement) results[index] = refuse(placement.failure, index)
    else placed.push({ index, callId: String(placement.created.call_id), created: placement.created })
  }
  if (placed.length === 0) return results
  const timeoutMs = new Fields(functions, placed[0]?.index ?? 0).get('waitMinutes', 35) * MINUTE_MS
  // A node that n8n resumes has one output only: where rows went to the error output, it must stay awake.
  const canSleep = results.length === 0 || functions.getNode().onError !== 'continueErrorOutput'
  if (canSleep && (await resumeBy(functions)) === 'hooks') {
    const done = await sleepUntilOver(context, placed, timeoutMs, results)
    if (done === undefined) return null
    for (const { index } of placed) results[index] = done[index] as INodeExecutionData
    return results
  }
  await Promise.all(
    placed.map(async ({ index, callId }) => {
      try {
        results[index] = { json: await look(context, callId, timeoutMs), pairedItem: { item: index } }
      } catch (error) {
        results[index] = refuse(error, index)
      }
    }),
  )
  return results
}

async function resumeBy(functions: IExecuteFunctions): Promise<'hooks' | 'poll'> {
  if (isTool(functions) || new Fields(functions, 0).text('options.resumeBy') === 'poll') return 'poll'
  return hasHooks(await readCredentials(functions)) ? 'hooks' : 'poll'
}

/** Looks at a call until it is over; after `timeoutMs`, gives it as it is then. */
async function look(
  { functions, movoice }: Context,
  callId: string,
  timeoutMs: number,
): Promise<IDataObject> {
  const signal = cancelSignal(functions)
  try {
    const waiting = { timeoutMs, ...(signal !== undefined && { signal }) }
    return finished(await movoice.calls.waitUntilDone(callId, waiting))
  } catch (error) {
    if (!isMovoiceError(error) || error.code !== 'still_running') throw error
    return { ...itemJson(await movoice.calls.get(callId, { signal })), timedOut: true }
  }
}

const finished = (call: Call): IDataObject => ({ ...itemJson(call), timedOut: false })

/** Puts the execution to wait; `undefined` once it does, or the results if all calls were over before. */
async function sleepUntilOver(
  { functions, movoice }: Context,
  placed: readonly Placed[],
  timeoutMs: number,
  failed: readonly INodeExecutionData[],
): Promise<INodeExecutionData[] | undefined> {
  const hooks = await hooksClient(functions)
  const target_url = String(functions.evaluateExpression('{{ $execution.resumeUrl }}', 0))
  const until = n8nClock.now() + timeoutMs
  const ids = placed.map(({ callId }) => callId)
  const subscriptions = []
  for (const event of ENDINGS) {
    subscriptions.push(
      await hooks.subscribe({
        target_url,
        event,
        filter: { call_id: ids },
        ...(ids.length === 1 && { once: true }),
        expires_at: new Date(until + MINUTE_MS).toISOString(),
      }),
    )
  }
  const items = functions.getInputData()
  // n8n gives out the node's input when the time is over, and the resumed node reads it: so it holds the calls.
  for (const { index, created } of placed) {
    const item = items[index] as INodeExecutionData
    item.json = { ...created, timedOut: true }
    item.pairedItem = { item: index }
  }
  for (const [index, result] of failed.entries()) {
    if (result !== undefined) Object.assign(items[index] as INodeExecutionData, result)
  }
  // A call that ended before the subscription was made wakes nobody.
  const calls = await Promise.all(ids.map((id) => movoice.calls.get(id)))
  if (calls.every(isWhole)) {
    for (const { id } of subscriptions) await hooks.unsubscribe(id)
    const results: INodeExecutionData[] = []
    placed.forEach(({ index }, at) => {
      results[index] = { json: finished(calls[at] as Call), pairedItem: { item: index } }
    })
    return results
  }
  await functions.putExecutionToWait(new Date(until))
  return undefined
}

/**
 * The hooks server says that a call ended. What it says is only a knock on the door: the calls are asked of the
 * API, so a forged knock resumes nothing. The execution goes on when the last of its calls is over.
 */
export async function resume(functions: IWebhookFunctions): Promise<IWebhookResponseData> {
  const response = functions.getResponseObject()
  const answer = (status: number, body: object): IWebhookResponseData => {
    response.status(status).json(body)
    return { noWebhookResponse: true }
  }
  const items = functions.evaluateExpression('{{ $input.all() }}') as unknown as INodeExecutionData[]
  const waiting = items.filter(({ json }) => typeof json.call_id === 'string' && json.timedOut === true)
  if (waiting.length === 0) return answer(410, { message: 'This execution waits for no call.' })
  let calls: Map<string, Call>
  try {
    const movoice = await movoiceClient(functions)
    calls = await settled(
      movoice,
      waiting.map(({ json }) => String(json.call_id)),
    )
  } catch (error) {
    functions.logger.warn(
      `The calls could not be looked up: ${nodeError(functions.getNode(), error).message}`,
    )
    return answer(503, { message: 'The calls could not be looked up: send this again later.' })
  }
  const open = [...calls.values()].filter((call) => !isOver(call)).length
  if (open > 0) return answer(200, { message: 'The execution goes on when all its calls are over.', open })
  const results = items.map((item, index) => {
    const call = calls.get(String(item.json.call_id))
    return { ...item, json: call === undefined ? item.json : finished(call), pairedItem: { item: index } }
  })
  response.status(200).json({ message: 'The execution goes on.' })
  return { noWebhookResponse: true, workflowData: [results] }
}

/** The calls as the API has them, with the summaries of those that are over, as far as they come in time. */
async function settled(movoice: MovoiceClient, ids: readonly string[]): Promise<Map<string, Call>> {
  const until = n8nClock.now() + SUMMARY_GRACE_MS
  const calls = new Map<string, Call>()
  for (;;) {
    const lacking = ids.filter((id) => {
      const call = calls.get(id)
      return call === undefined || !isWhole(call)
    })
    for (const id of lacking) calls.set(id, await movoice.calls.get(id))
    const all = [...calls.values()]
    if (all.some((call) => !isOver(call)) || all.every(isWhole) || n8nClock.now() >= until) return calls
    await n8nClock.sleep(LOOK_EVERY_MS)
  }
}
