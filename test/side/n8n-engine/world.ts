import { createSandbox, type SandboxOptions } from '@movoice-kit/sandbox'
import type { IDataObject } from 'n8n-workflow'

/** A request the sandbox saw. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly body?: IDataObject
}

/** A sandbox whose clock stands still, and its control routes. */
export async function world(options: SandboxOptions = {}) {
  const sandbox = await createSandbox({ speed: 0, plan: 'enterprise', ...options })
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: a test reads any field of an answer, and fails if it is not there
    return (await response.json()) as any
  }
  return {
    sandbox,
    control,
    credential: { apiKey: sandbox.apiKey, baseUrl: sandbox.baseUrl },
    advance: (seconds: number) => control('POST', '/advance', { seconds }),
    /** The numbers that rang, in order. */
    async rung(): Promise<string[]> {
      const { calls } = await control('GET', '/calls')
      return calls.map((call: IDataObject) => String(call.recipient_phone ?? call.to ?? call.phone))
    },
    async requests(): Promise<Seen[]> {
      return (await control('GET', '/requests')).requests
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  }
}

export const agent = { __rl: true, mode: 'id', value: 'agent_clinic' }
export const create = {
  resource: 'call',
  operation: 'create',
  agentId: agent,
  recipientPhone: '={{ $json.phone }}',
}
/** The sandbox's number for a scenario. */
export const number = (scenario: string) => `+120255501${scenario}`
