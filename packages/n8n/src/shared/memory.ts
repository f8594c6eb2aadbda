import { isMovoiceError, type MovoiceError, OutcomeUnknownError } from '@movoice-kit/core/engine'
import { contentDigest } from '@movoice-kit/core/events'
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow'

type Kept = { readonly result: IDataObject } | { readonly open: IDataObject }

/**
 * What this node already did in this execution. n8n runs a whole node again when one of its items failed and
 * Retry On Fail is set, and when a person presses Retry on a failed execution: whatever was placed must not be
 * placed once more. n8n keeps a node's context with the execution's data, so this survives both.
 */
export class Memory {
  readonly #kept: Record<string, Kept>
  readonly #prefix: string

  constructor(functions: IExecuteFunctions, operation: string) {
    const context = functions.getContext('node') as { movoice?: Record<string, Kept> }
    context.movoice ??= {}
    this.#kept = context.movoice
    this.#prefix = `${operation}:${runIndexOf(functions)}`
  }

  /**
   * Runs work that can ring a phone, unless it was done before for the same key: then its result comes back, or,
   * if it is open whether the phone rang, the same error.
   *
   * @param key tells pieces of work of one run apart, such as the item's index
   */
  async once(key: string, work: () => Promise<IDataObject>): Promise<IDataObject> {
    const name = `${this.#prefix}:${key}`
    const before = this.#kept[name]
    if (before !== undefined && 'result' in before) return structuredClone(before.result)
    if (before !== undefined) throw stillOpen(before.open)
    try {
      const result = await work()
      this.#kept[name] = { result: structuredClone(result) }
      return result
    } catch (error) {
      if (isMovoiceError(error) && mayHaveRung(error)) {
        this.#kept[name] = { open: { code: error.code, message: error.message, hint: error.hint } }
      }
      throw error
    }
  }
}

/**
 * The key of one item. An AI agent calls a tool many times in one execution, each time as item 0: there the
 * request itself tells them apart, and the same request twice is one call.
 */
export function itemKey(functions: IExecuteFunctions, itemIndex: number, request: unknown): string {
  return isTool(functions) ? `${itemIndex}:${contentDigest(request)}` : String(itemIndex)
}

/** Whether an AI agent runs the node as its tool. */
export function isTool(functions: IExecuteFunctions): boolean {
  if (typeof functions.isToolExecution === 'function' && functions.isToolExecution()) return true
  return functions.getNode().type.endsWith('Tool')
}

function runIndexOf(functions: IExecuteFunctions): number {
  return isTool(functions) ? 0 : ((functions as { runIndex?: number }).runIndex ?? 0)
}

function mayHaveRung(error: MovoiceError): boolean {
  if (error.code === 'unauthorized' || error.status === 429) return false
  return error.sent === 'maybe' || (error.sent === 'yes' && 'callId' in error && error.callId !== undefined)
}

function stillOpen(open: IDataObject): OutcomeUnknownError {
  return new OutcomeUnknownError(
    'outcome_unknown',
    `An earlier try of this item left open whether the phone rang, so it is not dialled again. What happened: ${String(open.message)}`,
    { sent: 'maybe', hint: String(open.hint) },
  )
}
