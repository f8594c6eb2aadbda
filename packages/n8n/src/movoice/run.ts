import { isMovoiceError } from '@movoice-kit/core/engine'
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'
import { movoiceClient } from '../shared/client.ts'
import { details, nodeError } from '../shared/errors.ts'
import { Memory } from '../shared/memory.ts'
import * as agent from './agent.ts'
import * as batch from './batch.ts'
import * as call from './call.ts'
import type { Context, ItemOperation, Result } from './context.ts'
import { downloadRecording } from './recording.ts'
import { createAndWait } from './wait.ts'

/** Operations that work an item at a time. */
const perItem: Readonly<Record<string, ItemOperation>> = {
  'call.get': call.get,
  'call.getAll': call.getAll,
  'call.downloadRecording': downloadRecording,
  'batch.create': batch.createFromJson,
  'agent.get': agent.get,
  'agent.getAll': agent.getAll,
  'agent.update': agent.update,
}

/** Runs the node for all its items. */
export async function run(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const name = `${functions.getNodeParameter('resource', 0)}.${functions.getNodeParameter('operation', 0)}`
  const refuse = refusal(functions)
  let context: Context
  try {
    context = { functions, movoice: await movoiceClient(functions), memory: new Memory(functions, name) }
  } catch (error) {
    throw nodeError(functions.getNode(), error)
  }
  if (name === 'call.createAndWait') {
    const results = await createAndWait(context, refuse)
    // While it waits, n8n shows what goes in; the calls come out when they are over.
    return [results ?? functions.getInputData()]
  }
  if (name === 'batch.create' && functions.getNodeParameter('recipientsFrom', 0) === 'items') {
    return [await batch.createFromItems(context, refuse)]
  }
  if (name === 'call.create') {
    const placements = await call.placeAll(context)
    return [
      placements.map((placement, item) =>
        'failure' in placement
          ? refuse(placement.failure, item)
          : { json: placement.created, pairedItem: { item } },
      ),
    ]
  }
  const operation = perItem[name]
  if (operation === undefined) throw nodeError(functions.getNode(), `There is no operation ${name}.`)
  const output: INodeExecutionData[] = []
  for (const [index] of functions.getInputData().entries()) {
    try {
      output.push(...asItems(await operation(context, index), index))
    } catch (error) {
      output.push(refuse(error, index))
    }
  }
  return [output]
}

function asItems(result: Result, item: number): INodeExecutionData[] {
  if ('items' in result) return [...result.items]
  return result.map((json: IDataObject) => ({ json, pairedItem: { item } }))
}

/**
 * What becomes of an item that failed: the node stops, or, where it is to go on, the item comes out saying why.
 * With an error output, n8n sends it there, with the fields it came with.
 */
function refusal(functions: IExecuteFunctions) {
  return (thrown: unknown, item: number): INodeExecutionData => {
    const error = nodeError(functions.getNode(), thrown, item)
    if (!functions.continueOnFail()) throw error
    const facts = isMovoiceError(thrown) ? details(thrown) : { description: error.description ?? '' }
    return { json: { error: error.message, details: facts }, pairedItem: { item } }
  }
}
