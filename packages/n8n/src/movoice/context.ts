import type { MovoiceClient } from '@movoice-kit/core/engine'
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow'
import type { Memory } from '../shared/memory.ts'

/** What an operation works with. */
export interface Context {
  readonly functions: IExecuteFunctions
  readonly movoice: MovoiceClient
  readonly memory: Memory
}

/** One item's work: the JSON of each item that comes out of it, or whole items. */
export type ItemOperation = (context: Context, itemIndex: number) => Promise<Result>

export type Result = readonly IDataObject[] | { readonly items: readonly INodeExecutionData[] }
