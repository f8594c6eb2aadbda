import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type Clock, systemClock } from '@movoice-kit/core'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { createMcp, type HttpOptions, type McpHttpServer } from '../http/create-mcp.ts'
import { jsonLog } from '../log.ts'

/** How a client of the tests meets a question: it can ask and answers so, or it cannot ask. */
export type Habit = 'accepts' | 'accepts_unticked' | 'declines' | 'cancels' | 'keeps_silent' | 'cannot_ask'
export type Era = 'modern' | 'legacy'

export interface Asked {
  readonly message: string
}

export interface TestClient {
  readonly client: Client
  /** The questions that were put to its user. */
  readonly asked: Asked[]
}

export interface Called {
  readonly text: string
  readonly structured: Record<string, unknown>
  readonly isError: boolean
}

/** The machine's time, with pauses a twentieth as long. */
export const hasty: Clock = { now: Date.now, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) }

/** A sandbox, a server on it, and clients; `end` stops them all. */
export class Stage {
  readonly sandbox: Sandbox
  readonly mcp: McpHttpServer
  readonly log: string[]
  readonly #clients: Client[] = []

  private constructor(sandbox: Sandbox, mcp: McpHttpServer, log: string[]) {
    this.sandbox = sandbox
    this.mcp = mcp
    this.log = log
  }

  static async begin(
    options: Partial<HttpOptions> = {},
    sandboxOptions: Parameters<typeof createSandbox>[0] = { speed: 600 },
  ): Promise<Stage> {
    const sandbox = await createSandbox(sandboxOptions)
    const log: string[] = []
    const mcp = await createMcp({
      movoice: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
      port: 0,
      log: jsonLog((line) => log.push(line), Date.now, [sandbox.apiKey]),
      ...options,
    })
    return new Stage(sandbox, mcp, log)
  }

  async client(habit: Habit, era: Era, fetchWith?: typeof fetch): Promise<TestClient> {
    const { client, asked } = clientOf(habit, era)
    const transport = new StreamableHTTPClientTransport(new URL(this.mcp.url), {
      ...(fetchWith !== undefined && { fetch: fetchWith }),
    })
    await client.connect(transport)
    this.#clients.push(client)
    return { client, asked }
  }

  /** How many phones rang. */
  get rings(): number {
    return this.sandbox.rings().length
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.close()
    await this.mcp.close()
    await this.sandbox.close()
  }
}

/** A client with such a habit, not yet connected. */
export function clientOf(habit: Habit, era: Era): TestClient {
  const options: ClientOptions = {
    versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' },
    ...(habit !== 'cannot_ask' && { capabilities: { elicitation: { form: {} } } }),
  }
  const client = new Client({ name: 'a-test', version: '1.0.0' }, options)
  const asked: Asked[] = []
  if (habit !== 'cannot_ask') {
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push({ message: params.message })
      if (habit === 'keeps_silent') return new Promise(() => undefined)
      if (habit === 'declines') return { action: 'decline' }
      if (habit === 'cancels') return { action: 'cancel' }
      return { action: 'accept', content: { confirm: habit === 'accepts' } }
    })
  }
  return { client, asked }
}

/** Calls a tool and gives its answer in one shape. */
export async function call(
  client: Client,
  name: string,
  args: Record<string, unknown>,
  options?: Parameters<Client['callTool']>[1],
): Promise<Called> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args }, options)
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('\n')
  return {
    text,
    structured: (structuredContent ?? {}) as Record<string, unknown>,
    isError: isError === true,
  }
}
