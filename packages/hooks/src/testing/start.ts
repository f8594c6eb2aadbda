import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signWebhook } from '@movoice-kit/core/events'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { HooksClient } from '../client/index.ts'
import { createHooks, type Hooks } from '../create-hooks.ts'
import type { HooksOptions } from '../hooks-options.ts'
import { Receiver } from './receiver.ts'

/** Turns of the event loop from one pause to the next: an answer is judged, written with others, and planned on. */
export const TURNS = 10

export const SECRET = 'movoice-secret'

/** Tests look every few milliseconds, which nobody else may. */
const BUSY = { read: 1_000_000, manage: 1_000_000 }

/** What a test started, ended again in the order opposite to how it was. */
export class Stage {
  readonly #ends: (() => Promise<unknown> | unknown)[] = []

  defer(end: () => Promise<unknown> | unknown): void {
    this.#ends.push(end)
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end()
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'hooks-test-'))
    this.defer(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.start()
    this.defer(() => receiver.close())
    return receiver
  }

  async hooks(options: HooksOptions = {}): Promise<Running> {
    const hooks = await createHooks({ webhookSecret: SECRET, rateLimits: BUSY, ...options })
    this.defer(() => hooks.close())
    return new Running(hooks)
  }
}

/** A running server and the ways to speak to it. */
export class Running {
  readonly hooks: Hooks
  readonly client: HooksClient

  constructor(hooks: Hooks) {
    this.hooks = hooks
    this.client = new HooksClient({ url: hooks.url, token: hooks.token, transport: fetchTransport() })
  }

  /** Sends what Movoice would. */
  async webhook(payload: object | string, { secret = SECRET, path = '/movoice' } = {}): Promise<Response> {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
    return fetch(`${this.hooks.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-movoice-signature': signWebhook(body, secret) },
      body,
    })
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.hooks.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${this.hooks.token}`,
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
    })
  }
}

export const completed = (call: string, more: object = {}) => ({
  event_type: 'call.completed',
  call_id: call,
  duration: 42,
  summary: 'Booked for Friday.',
  sentiment: 'positive',
  outcome: 'BOOKED',
  ...more,
})
