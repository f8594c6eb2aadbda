import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Movoice } from '@movoice-kit/core'
import { type Operation, type OperationName, operations } from '@movoice-kit/core/contract'
import { isMovoiceError, type Transport } from '@movoice-kit/core/engine'
import { verifyWebhook } from '@movoice-kit/core/events'
import { fetchTransport } from '@movoice-kit/core/fetch'
import { createSandbox } from '@movoice-kit/sandbox'
import type { Door } from '../door.ts'
import { fullInput } from '../full-api.ts'

type Json = Record<string, unknown>
interface Described {
  readonly operationId?: string
  readonly parameters?: readonly { readonly name: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly $ref: string } }> }
}

const CALL = { agent_id: 'agent_clinic', recipient_phone: '+12025550101' }

/** The sandbox and the OpenAPI document that it serves. */
export async function sandboxDoor(): Promise<Door> {
  const inbox = await openInbox()
  const secret = 'matrix-secret'
  const sandbox = await createSandbox({ speed: 0, plan: 'enterprise', webhook: { url: inbox.url, secret } })
  const origin = new URL(sandbox.baseUrl).origin
  const document = (await (await fetch(`${origin}/openapi.json`)).json()) as {
    readonly paths: Record<string, Record<string, Described>>
    readonly webhooks: Json
    readonly components: { readonly schemas: Record<string, { readonly properties?: Json }> }
  }
  const described = (name: OperationName) =>
    Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .find(({ operationId }) => operationId === name)
  const client = (more: object = {}) =>
    new Movoice({
      apiKey: sandbox.apiKey,
      baseUrl: sandbox.baseUrl,
      transport: fetchTransport(),
      maxRetries: 0,
      ...more,
    })
  const call = await client().calls.create(CALL)
  await sandbox.advance(600)

  async function ask(name: OperationName): Promise<Response> {
    const operation: Operation = operations[name]
    const input = { ...fullInput(operation), call_id: call.call_id, agent_id: CALL.agent_id } as Json
    const keys = described(name)
    const schema = keys?.requestBody?.content['application/json']?.schema.$ref.split('/').at(-1) ?? ''
    const body = Object.keys(document.components.schemas[schema]?.properties ?? {})
    const url = new URL(
      `${sandbox.baseUrl}${operation.path.replace(/\{(\w+)\}/g, (_all, key) => String(input[key]))}`,
    )
    for (const { name: key } of keys?.parameters ?? []) {
      // What is in the list lies within these.
      if (operation.path.includes(`{${key}}`) || ['from', 'to', 'status', 'offset'].includes(key)) continue
      url.searchParams.set(key, String(input[key]))
    }
    return fetch(url, {
      method: operation.method,
      headers: {
        authorization: `Bearer ${sandbox.apiKey}`,
        ...(operation.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(operation.body !== undefined && {
        body: JSON.stringify(Object.fromEntries(body.map((key) => [key, input[key]]))),
      }),
    })
  }

  return {
    name: 'sandbox',
    title: 'sandbox, OpenAPI',
    async operation(name) {
      return described(name) !== undefined && (await ask(name)).status === 200
    },
    inputs(name) {
      const { parameters = [], requestBody } = described(name) ?? {}
      const schema = requestBody?.content['application/json']?.schema.$ref.split('/').at(-1) ?? ''
      return [
        ...parameters.map((parameter) => parameter.name),
        ...Object.keys(document.components.schemas[schema]?.properties ?? {}),
      ]
    },
    async outputs(name) {
      const answer = (await (await ask(name)).json()) as Json
      const { list }: Operation = operations[name]
      return Object.keys(list === undefined ? answer : ((answer[list.key] as Json[])[0] ?? {}))
    },
    async events() {
      // 07 is answered, does two things and is handed over to a person; 02 is not answered.
      for (const scenario of ['07', '02']) {
        await client().calls.create({ ...CALL, recipient_phone: `+120255501${scenario}` })
        await sandbox.advance(600)
      }
      const sent = inbox.taken.map(({ body }) => (JSON.parse(body) as { event_type: string }).event_type)
      return sent.filter((type) => Object.hasOwn(document.webhooks, type))
    },
    eventFields: () => [],
    async tells(failure) {
      const status = 'status' in failure ? Number(failure.status) : undefined
      const told = await brought(failure.error.name, status)
      await fetch(`${sandbox.controlUrl}/faults`, { method: 'DELETE' })
      return told === failure.error.name
    },
    async close() {
      await sandbox.close()
      await inbox.close()
    },
  }

  /** Asks the sandbox for this fault, and tells what a client makes of it. */
  async function brought(name: string, status: number | undefined): Promise<string | undefined> {
    const get = () => client().agents.get(CALL.agent_id)
    if (status !== undefined) {
      sandbox.fault({ kind: 'status', status, times: 1 })
      return nameOf(get)
    }
    switch (name) {
      case 'ConnectionError':
        sandbox.fault({ kind: 'reset' })
        return nameOf(get)
      case 'TimeoutError':
        sandbox.fault({ kind: 'delay', seconds: 60 })
        return nameOf(() => client({ timeoutMs: 50 }).agents.get(CALL.agent_id))
      case 'UnexpectedResponseError':
        sandbox.fault({ kind: 'html', status: 200 })
        return nameOf(get)
      case 'OutcomeUnknownError':
        sandbox.fault({ kind: 'status', status: 500, path: '/call', when: 'after' })
        sandbox.fault({ kind: 'status', status: 503, path: '/calls', times: 1000 })
        return nameOf(() => client({ deadlineMs: 300 }).calls.create(CALL))
      case 'BatchError': {
        let parts = 0
        const send = fetchTransport()
        const transport: Transport = (request) => {
          parts += 1
          if (parts === 2) sandbox.fault({ kind: 'status', status: 403, path: '/calls/batch' })
          return send(request)
        }
        const recipients = Array.from({ length: 60 }, (_none, n) => ({
          phone: `+1202555${String(n).padStart(4, '0')}`,
        }))
        return nameOf(() =>
          client({ plan: 'starter', transport }).calls.createBatch({ agent_id: CALL.agent_id, recipients }),
        )
      }
      case 'SignatureError': {
        sandbox.fault({ on: 'webhook', kind: 'bad_signature', times: 100 })
        inbox.taken.length = 0
        await client().calls.create(CALL)
        await sandbox.advance(600)
        return nameOf(async () => {
          for (const { body, headers } of inbox.taken) verifyWebhook(body, headers, secret)
        })
      }
      default:
        return undefined
    }
  }
}

async function nameOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (isMovoiceError(error)) return error.name
    throw error
  }
}

interface Inbox {
  readonly url: string
  readonly taken: { readonly body: string; readonly headers: Record<string, string | string[] | undefined> }[]
  close(): Promise<void>
}

/** Where the sandbox's webhooks go. */
async function openInbox(): Promise<Inbox> {
  const taken: Inbox['taken'] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      taken.push({ body, headers: request.headers })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
