import type { ListCallsQuery } from '@movoice-kit/core/contract'
import type { CallRecord } from './call-record.ts'

const DEFAULT_LIMIT = 20

/** Every call there is, in the order of creation. */
export class CallBook {
  readonly #calls: CallRecord[] = []
  readonly #byId = new Map<string, CallRecord>()

  get size(): number {
    return this.#calls.length
  }

  add(call: CallRecord): void {
    this.#calls.push(call)
    this.#byId.set(call.id, call)
  }

  get(id: string): CallRecord | undefined {
    return this.#byId.get(id)
  }

  /** Newest first, as far as `createdAt` is not before `ms`. */
  *since(ms: number): Generator<CallRecord> {
    for (let index = this.#calls.length - 1; index >= 0; index -= 1) {
      const call = this.#calls[index] as CallRecord
      if (call.createdAt < ms) return
      yield call
    }
  }

  /** One page, newest first, with the number of all that fit. */
  list(query: ListCallsQuery): { readonly rows: CallRecord[]; readonly total: number } {
    const { limit = DEFAULT_LIMIT, offset = 0, status, agent_id, from, to } = query
    // Creation times only grow, so the times asked for are one stretch of the list.
    const first = from === undefined ? 0 : this.#firstCreatedAt(from * 1000)
    const end = to === undefined ? this.#calls.length : this.#firstCreatedAt((to + 1) * 1000)
    if (status === undefined && agent_id === undefined) {
      const last = end - offset
      return {
        rows: last <= first ? [] : this.#calls.slice(Math.max(first, last - limit), last).reverse(),
        total: Math.max(0, end - first),
      }
    }
    const rows: CallRecord[] = []
    let total = 0
    for (let index = end - 1; index >= first; index -= 1) {
      const call = this.#calls[index] as CallRecord
      if (status !== undefined && call.status !== status) continue
      if (agent_id !== undefined && call.agentId !== agent_id) continue
      if (total >= offset && rows.length < limit) rows.push(call)
      total += 1
    }
    return { rows, total }
  }

  #firstCreatedAt(ms: number): number {
    let low = 0
    let high = this.#calls.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#calls[middle] as CallRecord).createdAt < ms) low = middle + 1
      else high = middle
    }
    return low
  }
}
