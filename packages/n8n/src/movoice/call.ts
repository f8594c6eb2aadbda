import { type CreateCallInput, check, createCallInput, type ListCallsQuery } from '@movoice-kit/core/contract'
import { isMovoiceError, ValidationError } from '@movoice-kit/core/engine'
import type { IDataObject } from 'n8n-workflow'
import { cancelSignal } from '../shared/client.ts'
import { nodeError } from '../shared/errors.ts'
import { Fields } from '../shared/fields.ts'
import { itemKey } from '../shared/memory.ts'
import { itemJson, simpleCall } from '../shared/output.ts'
import type { Context, ItemOperation } from './context.ts'

/** Reads what `POST /call` takes from the node's fields. */
function createInput(context: Context, itemIndex: number): CreateCallInput {
  const fields = new Fields(context.functions, itemIndex)
  const variables = fields.variables()
  const options = fields.collection('options')
  const from = options.fromNumber === undefined || options.fromNumber === '' ? undefined : options.fromNumber
  const schedule_at = fields.time('schedule_at', options.scheduleAt)
  const max = options.maxDuration
  const input = {
    agent_id: fields.locator('agentId'),
    recipient_phone: fields.phone('recipient_phone', fields.get<unknown>('recipientPhone', '')),
    ...(variables !== undefined && { variables }),
    ...(from !== undefined && { from_number: fields.phone('from_number', from) }),
    ...(max !== undefined && max !== '' && { max_duration: Number(max) }),
    ...(schedule_at !== undefined && { schedule_at }),
  }
  const checked = check(createCallInput, input)
  if (!checked.ok) throw new ValidationError('The call', checked.problems)
  return checked.value
}

/** What became of one item: the call that was placed for it, or why there is none. */
export type Placement = { readonly created: IDataObject } | { readonly failure: unknown }

/**
 * Places all items' calls. Every item is checked before the first phone rings, so that a wrong row can be corrected
 * and the workflow run again with nobody called twice; where the node is to go on in spite of failures, the good
 * rows are called. A number that Movoice refuses says nothing about the next one, a wrong key does.
 */
export async function placeAll(context: Context): Promise<Placement[]> {
  const { functions } = context
  const goesOn = functions.continueOnFail()
  const inputs = functions
    .getInputData()
    .map((_item, index): { readonly input: CreateCallInput } | { readonly failure: unknown } => {
      try {
        return { input: createInput(context, index) }
      } catch (error) {
        if (!goesOn) throw nodeError(functions.getNode(), error, index)
        return { failure: error }
      }
    })
  const placements: Placement[] = []
  for (const [index, read] of inputs.entries()) {
    if ('failure' in read) {
      placements.push(read)
      continue
    }
    try {
      placements.push({ created: await place(context, index, read.input) })
    } catch (error) {
      if (!goesOn && !isOnlyThisItems(error)) throw nodeError(functions.getNode(), error, index)
      placements.push({ failure: error })
    }
  }
  return placements
}

function isOnlyThisItems(error: unknown): boolean {
  return isMovoiceError(error) && [400, 404, 409, 422].includes(error.status ?? 0)
}

/** Places one item's call, or gives the one that was placed for it before. */
async function place(context: Context, itemIndex: number, input: CreateCallInput): Promise<IDataObject> {
  const { functions, movoice, memory } = context
  const signal = cancelSignal(functions)
  return memory.once(itemKey(functions, itemIndex, input), async () =>
    itemJson(await movoice.calls.create(input, { signal })),
  )
}

export const get: ItemOperation = async ({ functions, movoice }, itemIndex) => {
  const fields = new Fields(functions, itemIndex)
  const call = await movoice.calls.get(fields.text('callId'), { signal: cancelSignal(functions) })
  return [fields.get('simplify', false) ? simpleCall(call) : itemJson(call)]
}

export const getAll: ItemOperation = async ({ functions, movoice }, itemIndex) => {
  const fields = new Fields(functions, itemIndex)
  const filters = fields.collection('filters')
  const agent = (filters.agentId as { value?: string } | string | undefined) ?? ''
  const agent_id = (typeof agent === 'string' ? agent : String(agent.value ?? '')).trim()
  const from = fields.time('from', filters.from)
  const to = fields.time('to', filters.to)
  const query: ListCallsQuery = {
    ...(typeof filters.status === 'string' && filters.status !== '' && { status: filters.status }),
    ...(agent_id !== '' && { agent_id }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
  const limit = fields.get('returnAll', false) ? Number.POSITIVE_INFINITY : fields.get('limit', 50)
  const simplify = fields.get('simplify', false)
  const rows: IDataObject[] = []
  const pages =
    limit === Number.POSITIVE_INFINITY
      ? movoice.calls.list(query, { signal: cancelSignal(functions) })
      : (await movoice.calls.list({ ...query, limit }, { signal: cancelSignal(functions) })).items
  for await (const call of pages) rows.push(simplify ? simpleCall(call) : itemJson(call))
  return rows
}
