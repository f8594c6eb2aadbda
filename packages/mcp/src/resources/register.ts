import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  ResourceTemplate,
  type Variables,
} from '@modelcontextprotocol/server'
import { isMovoiceError } from '@movoice-kit/core/engine'
import { transcriptText } from '@movoice-kit/core/events'
import type { Office } from '../office.ts'
import { agentViewOf } from '../output/agent-view.ts'
import { viewOf } from '../output/call-view.ts'
import { errorText } from '../output/failure.ts'
import { fenced, UNTRUSTED_NOTICE } from '../output/untrusted.ts'

/** So many calls are listed and offered; list_calls pages through all. */
const RECENT = 50
const JSON_TYPE = 'application/json'

/** Gives a connection's server its resources: calls, their transcripts, and agents. */
export function registerResources(server: McpServer, office: Office): void {
  const { movoice, log } = office
  const recentCalls = async () => (await movoice.calls.list({ limit: RECENT })).items
  const agents = async () => (await movoice.agents.list()).items
  const matching = (ids: readonly string[], typed: string) => ids.filter((id) => id.startsWith(typed))

  const completeCall = (typed: string) =>
    offered(log, async () =>
      matching(
        (await recentCalls()).map(({ call_id }) => call_id),
        typed,
      ),
    )
  const completeAgent = (typed: string) =>
    offered(log, async () =>
      matching(
        (await agents()).map(({ agent_id }) => agent_id),
        typed,
      ),
    )

  server.registerResource(
    'calls',
    'movoice://calls',
    { title: 'Recent calls', description: `The ${RECENT} calls listed first, as JSON`, mimeType: JSON_TYPE },
    (uri) =>
      reading(uri, async () =>
        json(
          uri,
          (await recentCalls()).map((call) => viewOf(call, false)),
        ),
      ),
  )
  server.registerResource(
    'agents',
    'movoice://agents',
    { title: 'Voice agents', description: 'All voice agents of the account, as JSON', mimeType: JSON_TYPE },
    (uri) => reading(uri, async () => json(uri, (await agents()).map(agentViewOf))),
  )
  server.registerResource(
    'call',
    new ResourceTemplate('movoice://calls/{call_id}', {
      list: async () => ({
        resources: (await listed(log, recentCalls)).map(({ call_id, status }) => ({
          uri: `movoice://calls/${encodeURIComponent(call_id)}`,
          name: call_id,
          description: `A call: ${status}`,
          mimeType: JSON_TYPE,
        })),
      }),
      complete: { call_id: completeCall },
    }),
    {
      title: 'A call',
      description: `One call with its summary and transcript, as JSON. ${UNTRUSTED_NOTICE}`,
      mimeType: JSON_TYPE,
    },
    (uri, variables) =>
      reading(uri, async () => json(uri, viewOf(await movoice.calls.get(idOf(variables, 'call_id')), true))),
  )
  server.registerResource(
    'transcript',
    new ResourceTemplate('movoice://calls/{call_id}/transcript', {
      list: undefined,
      complete: { call_id: completeCall },
    }),
    {
      title: 'A transcript',
      description: `What was said in a call, one line a turn, whole. ${UNTRUSTED_NOTICE}`,
      mimeType: 'text/plain',
    },
    (uri, variables) =>
      reading(uri, async () => {
        const text = transcriptText((await movoice.calls.get(idOf(variables, 'call_id'))).transcript)
        if (text === null || text === '') throw new ResourceNotFoundError(uri.href)
        const shown = `${UNTRUSTED_NOTICE}\n${fenced('transcript', text)}`
        return { contents: [{ uri: uri.href, mimeType: 'text/plain', text: shown }] }
      }),
  )
  server.registerResource(
    'agent',
    new ResourceTemplate('movoice://agents/{agent_id}', {
      list: async () => ({
        resources: (await listed(log, agents)).map(({ agent_id, name }) => ({
          uri: `movoice://agents/${encodeURIComponent(agent_id)}`,
          name: agent_id,
          ...(typeof name === 'string' && { title: name }),
          mimeType: JSON_TYPE,
        })),
      }),
      complete: { agent_id: completeAgent },
    }),
    { title: 'A voice agent', description: 'One agent with its whole configuration', mimeType: JSON_TYPE },
    (uri, variables) =>
      reading(uri, async () => json(uri, agentViewOf(await movoice.agents.get(idOf(variables, 'agent_id'))))),
  )
}

const json = (uri: URL, value: unknown): ReadResourceResult => ({
  contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(value, null, 2) }],
})

function idOf(variables: Variables, name: string): string {
  const value = variables[name]
  const text = Array.isArray(value) ? value[0] : value
  try {
    return decodeURIComponent(text ?? '')
  } catch {
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `The ${name} in the address is not well encoded.`,
    )
  }
}

/** A failure of Movoice as the protocol tells it; its own words say what to do. */
async function reading(uri: URL, work: () => Promise<ReadResourceResult>): Promise<ReadResourceResult> {
  try {
    return await work()
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    if (error.status === 404) throw new ResourceNotFoundError(uri.href)
    const code =
      error.name === 'ValidationError' ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
    throw new ProtocolError(code, errorText(error))
  }
}

/** Suggestions while somebody types: none is better than an error. */
const offered = (log: Office['log'], look: () => Promise<string[]>): Promise<string[]> => listed(log, look)

/** What is listed beside the fixed resources: an outage of Movoice must not hide those. */
async function listed<T>(log: Office['log'], look: () => Promise<readonly T[]>): Promise<T[]> {
  try {
    return [...(await look())]
  } catch (error) {
    if (!isMovoiceError(error)) throw error
    log('not_listed', { code: error.code, status: error.status })
    return []
  }
}
