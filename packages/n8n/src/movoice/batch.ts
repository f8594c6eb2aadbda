import type { BatchRecipient, CreateBatchInput } from '@movoice-kit/core/contract'
import { ValidationError } from '@movoice-kit/core/engine'
import type { IDataObject, INodeExecutionData } from 'n8n-workflow'
import { cancelSignal } from '../shared/client.ts'
import { Fields, json } from '../shared/fields.ts'
import { itemKey } from '../shared/memory.ts'
import { itemJson } from '../shared/output.ts'
import type { Context, ItemOperation } from './context.ts'

/** A batch whose recipients stand in one JSON field: one batch an item. */
export const createFromJson: ItemOperation = async (context, itemIndex) => {
  const fields = new Fields(context.functions, itemIndex)
  const rows = json('recipients', fields.get<unknown>('recipientsJson', '[]'))
  if (!Array.isArray(rows)) {
    throw new ValidationError('The batch', [
      { path: 'recipients', message: 'must be a list, such as [{ "phone": "+919876543210" }]' },
    ])
  }
  const recipients = rows.map((row: unknown, index) => recipientOf(fields, row, index))
  const input = inputOf(fields, recipients)
  return [await send(context, input, itemKey(context.functions, itemIndex, input))]
}

function recipientOf(fields: Fields, row: unknown, index: number): BatchRecipient {
  const { phone, ...rest } = (
    typeof row === 'object' && row !== null ? row : { phone: row }
  ) as BatchRecipient
  return { phone: atRow(index, () => fields.phone('phone', phone)), ...rest }
}

function atRow<T>(index: number, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    const problems = error.problems.map((one) => ({ ...one, path: `recipients[${index}].${one.path}` }))
    throw new ValidationError('The batch', problems, { hint: error.hint })
  }
}

/**
 * One batch from all items: an item is a recipient. Rows that cannot be dialled are handed to `refuse`, which
 * throws unless the node is to go on; the others are placed together.
 */
export async function createFromItems(
  context: Context,
  refuse: (error: unknown, itemIndex: number) => INodeExecutionData,
): Promise<INodeExecutionData[]> {
  const { functions } = context
  const recipients: { readonly index: number; readonly recipient: BatchRecipient }[] = []
  const results: INodeExecutionData[] = []
  functions.getInputData().forEach((_item, index) => {
    const fields = new Fields(functions, index)
    try {
      const phone = fields.phone('recipient_phone', fields.get<unknown>('recipientPhone', ''))
      const variables = fields.variables()
      recipients.push({ index, recipient: { phone, ...(variables !== undefined && { variables }) } })
    } catch (error) {
      results[index] = refuse(error, index)
    }
  })
  if (recipients.length === 0) return results
  try {
    const all = recipients.map(({ recipient }) => recipient)
    const input = inputOf(new Fields(functions, recipients[0]?.index ?? 0), all)
    const batch = await send(context, input, itemKey(functions, 0, input))
    for (const { index, recipient } of recipients) {
      results[index] = { json: { ...batch, phone: recipient.phone }, pairedItem: { item: index } }
    }
  } catch (error) {
    for (const { index } of recipients) results[index] = refuse(error, index)
  }
  return results
}

function inputOf(fields: Fields, recipients: BatchRecipient[]): CreateBatchInput {
  const options = fields.collection('options')
  const schedule_at = fields.time('schedule_at', options.scheduleAt)
  const { concurrency } = options
  return {
    agent_id: fields.locator('agentId'),
    recipients,
    ...(schedule_at !== undefined && { schedule_at }),
    ...(concurrency !== undefined && concurrency !== '' && { concurrency: Number(concurrency) }),
  }
}

async function send(context: Context, input: CreateBatchInput, key: string): Promise<IDataObject> {
  const { functions, movoice, memory } = context
  const signal = cancelSignal(functions)
  return memory.once(key, async () => itemJson(await movoice.calls.createBatch(input, { signal })))
}
