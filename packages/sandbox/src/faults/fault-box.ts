import type { Fault, RequestFault, WebhookFault } from './fault.ts'

export interface PendingFault {
  readonly id: string
  readonly fault: Fault
  left: number
}

/** Faults that wait for their occasion. The oldest that fits is used up first. */
export class FaultBox {
  #pending: PendingFault[] = []
  #count = 0

  add(fault: Fault): PendingFault {
    this.#count += 1
    const pending = { id: `fault_${this.#count}`, fault, left: fault.times }
    this.#pending.push(pending)
    return pending
  }

  list(): readonly PendingFault[] {
    return this.#pending
  }

  clear(): void {
    this.#pending = []
  }

  /** The fault for a request, if one waits for it; it counts as used. */
  forRequest(method: string, path: string): RequestFault | undefined {
    if (this.#pending.length === 0) return undefined
    return this.#take(
      (fault): fault is RequestFault =>
        fault.on === 'request' &&
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined || fits(fault.path, path)),
    )
  }

  forWebhook(event: string, kinds: readonly WebhookFault['kind'][]): WebhookFault | undefined {
    if (this.#pending.length === 0) return undefined
    return this.#take(
      (fault): fault is WebhookFault =>
        fault.on === 'webhook' &&
        kinds.includes(fault.kind) &&
        (fault.event === undefined || fault.event === event),
    )
  }

  #take<T extends Fault>(isFor: (fault: Fault) => fault is T): T | undefined {
    for (const pending of this.#pending) {
      if (!isFor(pending.fault)) continue
      pending.left -= 1
      if (pending.left === 0) this.#pending = this.#pending.filter((other) => other !== pending)
      return pending.fault
    }
    return undefined
  }
}

/** Whether a path is meant: with or without `/v1`, `*` standing for anything. */
function fits(wanted: string, path: string): boolean {
  const bare = (text: string) => text.replace(/^\/v1(?=\/)/, '')
  const parts = bare(wanted).split('*')
  const first = parts.shift() ?? ''
  let rest = bare(path)
  if (parts.length === 0) return rest === first
  if (!rest.startsWith(first)) return false
  rest = rest.slice(first.length)
  const last = parts.pop() ?? ''
  for (const part of parts) {
    const at = rest.indexOf(part)
    if (at < 0) return false
    rest = rest.slice(at + part.length)
  }
  return rest.endsWith(last)
}
