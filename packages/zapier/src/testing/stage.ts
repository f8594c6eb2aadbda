// For the tests of this package; not part of what is published.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signWebhook } from '@movoice-kit/core/events'
import { leaksOf, until } from '@movoice-kit/core/testing'
import { createHooks, type Hooks, type HooksOptions } from '@movoice-kit/hooks'
import { createSandbox, type Sandbox, type SandboxOptions } from '@movoice-kit/sandbox'
import zapier, { type Bundle } from 'zapier-platform-core'
import app from '../index.ts'

type Json = Record<string, unknown>

/** What a step is given in a test. */
export interface Given {
  readonly authData?: Record<string, string>
  readonly inputData?: Json
  readonly [key: string]: unknown
}

// biome-ignore lint/suspicious/noExplicitAny: a step gives whatever its app makes; tests look into it freely.
type Result = any

/** What a failing step tells a Zap's owner, and of which kind it is. */
export interface Told {
  readonly name: string
  readonly message: string
}

/** One Zap's runs of the app: a real step runner with a memory of its own, as Zapier keeps for a connection. */
export function zap(authData: Record<string, string>) {
  const tester = zapier.createAppTester(app)
  const run = async (path: string, given: Given = {}): Promise<Result> => {
    const step = path.split('.').reduce<unknown>((here, part) => (here as Json)[part], app)
    const method = step as Parameters<typeof tester>[0]
    return tester(
      method as never,
      { authData, inputData: {}, meta: {}, ...given } as unknown as Partial<Bundle>,
    )
  }
  const failure = async (path: string, given: Given = {}): Promise<Told> => {
    try {
      await run(path, given)
    } catch (error) {
      const { name, message } = error as Error
      // Whatever goes wrong, no secret of the connection may be shown for it.
      const secrets = [authData.api_key, authData.hooks_token].filter((text) => (text ?? '').length > 8)
      const leaks = secrets.flatMap((secret) => leaksOf(error, secret ?? ''))
      if (leaks.length > 0) throw new Error(`A secret is shown at ${leaks.join(', ')}.`)
      return { name, message: messageOf(message) }
    }
    throw new Error(`${path} did not fail.`)
  }
  const holder = tester as unknown as { zcacheTestObj: Record<string, string> | undefined }
  return {
    run,
    failure,
    /** Zapier's memory, to look into and to write to. */
    memory: () => holder.zcacheTestObj ?? {},
    /** From now on the memory cannot be reached. */
    loseMemory: () => {
      holder.zcacheTestObj = undefined
    },
    place: (inputData: Json) => run('creates.place_call.operation.perform', { inputData }),
    placeFailure: (inputData: Json) => failure('creates.place_call.operation.perform', { inputData }),
  }
}

/** Some of the platform's errors carry their sentence inside JSON, and all a trail of what happened. */
function messageOf(text: string): string {
  const [first = ''] = text.split('\nWhat happened:')
  try {
    const value = JSON.parse(first) as { message?: unknown; delay?: unknown }
    return typeof value.message === 'string'
      ? `${value.message}${value.delay === undefined ? '' : ` [${value.delay} s]`}`
      : first
  } catch {
    return first
  }
}

/** A sandbox whose clock begins now and moves when it is told to. */
export class Line {
  readonly sandbox: Sandbox

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox
  }

  static async start(options: SandboxOptions = {}): Promise<Line> {
    return new Line(await createSandbox({ speed: 0, startAt: Math.floor(Date.now() / 1000), ...options }))
  }

  get authData(): Record<string, string> {
    return { api_key: 'sk_sandbox_zapier_test', base_url: this.sandbox.baseUrl }
  }

  zap(more: Record<string, string> = {}) {
    return zap({ ...this.authData, ...more })
  }

  async control(method: 'GET' | 'POST', path: string, body?: Json): Promise<Result> {
    const response = await fetch(`${this.sandbox.controlUrl}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }

  advance(seconds: number): Promise<Result> {
    return this.control('POST', '/advance', { seconds })
  }

  /** What the phone network saw: one row a ring. */
  async rings(): Promise<Json[]> {
    const answer = (await this.control('GET', '/calls')) as Json[] | { calls: Json[] }
    return Array.isArray(answer) ? answer : answer.calls
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.close()
  }
}

export const WEBHOOK_SECRET = 'movoice-webhook-secret'

/** A hooks server, with Movoice's side of it. */
export class Relay {
  readonly hooks: Hooks

  constructor(hooks: Hooks) {
    this.hooks = hooks
  }

  static async start(options: HooksOptions = {}): Promise<Relay> {
    return new Relay(await createHooks({ webhookSecret: WEBHOOK_SECRET, ...options }))
  }

  get authData(): Record<string, string> {
    return { hooks_url: this.hooks.url, hooks_token: this.hooks.token }
  }

  async webhook(payload: Json): Promise<void> {
    const body = JSON.stringify(payload)
    const response = await fetch(`${this.hooks.url}/movoice`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-movoice-signature': signWebhook(body, WEBHOOK_SECRET),
      },
      body,
    })
    if (!response.ok) throw new Error(`The hooks server answered ${response.status}.`)
  }

  async get(path: string): Promise<Result> {
    const headers = { authorization: `Bearer ${this.hooks.token}` }
    return (await fetch(`${this.hooks.url}${path}`, { headers })).json()
  }

  async post(path: string, body: Json = {}): Promise<Result> {
    const headers = { authorization: `Bearer ${this.hooks.token}`, 'content-type': 'application/json' }
    return (
      await fetch(`${this.hooks.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    ).json()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hooks.close()
  }
}

/** Zapier's receiving end: takes hooks, and hands them to a step as Zapier does; 410 for a Zap it does not know. */
export class CatchHook {
  readonly caught: { readonly headers: Record<string, string>; readonly content: string }[] = []
  forgets = false
  readonly #server = createServer((request, response) => {
    void read(request).then((content) => {
      if (this.forgets) return response.writeHead(410).end()
      const headers = Object.entries(request.headers).map(([name, value]) => [
        zapierName(name),
        String(value),
      ])
      this.caught.push({ headers: Object.fromEntries(headers), content })
      return response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"success"}')
    })
  })

  static async start(): Promise<CatchHook> {
    const hook = new CatchHook()
    await new Promise<void>((resolve) => hook.#server.listen(0, '127.0.0.1', resolve))
    return hook
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks/standard/1/abc`
  }

  /** Waits until so many have come. */
  async until(count: number): Promise<void> {
    await until(() => this.caught.length >= count)
  }

  /** What a trigger's `perform` is given for a hook that came. */
  bundle(index: number, subscribeData: unknown): Given {
    const rawRequest = this.caught[index]
    if (rawRequest === undefined) throw new Error(`No hook ${index} came.`)
    return { rawRequest, cleanedRequest: JSON.parse(rawRequest.content), subscribeData, targetUrl: this.url }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** `webhook-id` → `Http-Webhook-Id`, as Zapier names headers in `bundle.rawRequest`. */
const zapierName = (name: string): string =>
  `Http-${name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())}`

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
