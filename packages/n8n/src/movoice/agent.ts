import { ValidationError } from '@movoice-kit/core/engine'
import type { IDataObject } from 'n8n-workflow'
import { cancelSignal } from '../shared/client.ts'
import { Fields, json } from '../shared/fields.ts'
import { itemJson } from '../shared/output.ts'
import type { ItemOperation } from './context.ts'

export const get: ItemOperation = async ({ functions, movoice }, itemIndex) => {
  const id = new Fields(functions, itemIndex).locator('agentId')
  return [itemJson(await movoice.agents.get(id, { signal: cancelSignal(functions) }))]
}

export const getAll: ItemOperation = async ({ functions, movoice }, itemIndex) => {
  const fields = new Fields(functions, itemIndex)
  const limit = fields.get('returnAll', false) ? Number.POSITIVE_INFINITY : fields.get('limit', 50)
  const rows: IDataObject[] = []
  for await (const agent of movoice.agents.list({ signal: cancelSignal(functions) })) {
    if (rows.length >= limit) break
    rows.push(itemJson(agent))
  }
  return rows
}

export const update: ItemOperation = async ({ functions, movoice }, itemIndex) => {
  const fields = new Fields(functions, itemIndex)
  const { prompt, voiceId, additionalFields } = fields.collection('updateFields')
  const others = json('additionalFields', additionalFields ?? '{}') ?? {}
  if (typeof others !== 'object' || others === null || Array.isArray(others)) {
    throw new ValidationError('The update', [
      { path: 'additionalFields', message: 'must be an object, such as { "name": "Reception" }' },
    ])
  }
  const patch = {
    ...others,
    ...(prompt !== undefined && { prompt: String(prompt) }),
    ...(voiceId !== undefined && { voice_id: String(voiceId).trim() }),
  }
  const signal = cancelSignal(functions)
  return [itemJson(await movoice.agents.update(fields.locator('agentId'), patch, { signal }))]
}
