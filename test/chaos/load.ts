// Movoice, as a server that is killed sees it: events come until they are acknowledged, whoever is there to take them.
import { setTimeout as sleep } from 'node:timers/promises'
import { signWebhook } from '@movoice-kit/core/events'
import { completed } from '@movoice-kit/hooks/testing'
import { Agent, request } from 'undici'
import { SECRET } from './process.ts'

export interface LoadOptions {
  /** Where to send now; `undefined` while nobody is there. */
  readonly target: () => string | undefined
  readonly senders: number
  /** Between two events of one sender, in milliseconds. */
  readonly pauseMs: number
}

/** A load of events, each with a call of its own. */
export class Load {
  /** Calls whose event was answered with 2xx. */
  readonly acknowledged = new Set<string>()
  /** Answers other than 2xx, and requests without one. */
  refused = 0
  /** The longest that an answer took, in milliseconds. */
  slowestMs = 0
  readonly #options: LoadOptions
  // A connection each, closed after the answer: nothing of one process is left for the next.
  readonly #agent = new Agent({ connections: 32, keepAliveTimeout: 1_000 })
  readonly #senders: Promise<void>[]
  #stopped = false
  #count = 0

  constructor(options: LoadOptions) {
    this.#options = options
    this.#senders = Array.from({ length: options.senders }, (_, index) => this.#send(index))
  }

  /** No new events from here; those that nobody acknowledged yet are sent until somebody does. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#senders)
    await this.#agent.close()
  }

  async #send(sender: number): Promise<void> {
    while (!this.#stopped) {
      const call = `call_${sender}_${this.#count++}`
      while (!(await this.#once(call))) await sleep(20)
      this.acknowledged.add(call)
      await sleep(this.#options.pauseMs * 2 * Math.random())
    }
  }

  async #once(call: string): Promise<boolean> {
    const url = this.#options.target()
    if (url === undefined) return false
    const body = JSON.stringify(completed(call))
    const began = performance.now()
    try {
      const { statusCode, body: answer } = await request(`${url}/movoice`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, SECRET) },
        body,
        dispatcher: this.#agent,
        headersTimeout: 10_000,
      })
      await answer.dump()
      this.slowestMs = Math.max(this.slowestMs, performance.now() - began)
      if (statusCode < 300) return true
    } catch {
      // Killed in the middle: the answer is unknown, and Movoice comes again.
    }
    this.refused += 1
    return false
  }
}
