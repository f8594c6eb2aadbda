import type { CallRecord } from './call-record.ts'

export interface Batch {
  readonly n: number
  readonly id: string
  readonly agentId: string
  readonly size: number
  readonly createdAt: number
  readonly scheduleAt: number | undefined
  /** How many of its calls may be in progress at once. */
  readonly concurrency: number
  running: number
  ended: number
}

interface Queue {
  readonly batch: Batch | undefined
  readonly waiting: CallRecord[]
  head: number
}

/** The lines of the plan: how many calls may be in progress, who holds one, who waits for one. */
export class LineUp {
  readonly #lines: number
  readonly #busy = new Set<CallRecord>()
  readonly #queues = new Map<Batch | undefined, Queue>()
  readonly #dial: (call: CallRecord) => void

  constructor(lines: number, dial: (call: CallRecord) => void) {
    this.#lines = lines
    this.#dial = dial
  }

  get free(): boolean {
    return this.#busy.size < this.#lines
  }

  get busy(): number {
    return this.#busy.size
  }

  /** When the first of the busy lines will be free. */
  freeAt(): number {
    let first = Number.POSITIVE_INFINITY
    for (const { freeAt } of this.#busy) if (freeAt !== undefined && freeAt < first) first = freeAt
    return first
  }

  take(call: CallRecord): void {
    this.#busy.add(call)
    if (call.batch !== undefined) call.batch.running += 1
  }

  release(call: CallRecord): void {
    if (!this.#busy.delete(call)) return
    if (call.batch !== undefined) call.batch.running -= 1
    this.pump()
  }

  /** Lets calls wait for a line; they are dialled in the order in which they came, batches in turn. */
  wait(calls: readonly CallRecord[], batch: Batch | undefined): void {
    const queue = this.#queues.get(batch) ?? { batch, waiting: [], head: 0 }
    for (const call of calls) queue.waiting.push(call)
    this.#queues.set(batch, queue)
    this.pump()
  }

  pump(): void {
    while (this.free) {
      const queue = this.#next()
      const call = queue?.waiting[queue.head]
      if (queue === undefined || call === undefined) return
      queue.head += 1
      // To the end of the row, so that one large batch does not hold up all others; gone once it is empty.
      this.#queues.delete(queue.batch)
      if (queue.head < queue.waiting.length) this.#queues.set(queue.batch, queue)
      this.#dial(call)
    }
  }

  #next(): Queue | undefined {
    for (const queue of this.#queues.values()) {
      if (queue.batch === undefined || queue.batch.running < queue.batch.concurrency) return queue
    }
    return undefined
  }
}
