import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const BIN = join(import.meta.dirname, '../../../packages/mcp/src/bin.ts')

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await createSandbox({ speed: 600 })
})
afterAll(() => sandbox.close())

/** Most clients that are in use were made with the SDK before this one. */
async function connected(answer?: Record<string, unknown>) {
  const capabilities = answer === undefined ? {} : { elicitation: {} }
  const client = new Client({ name: 'sdk-1', version: '1.0.0' }, { capabilities })
  if (answer !== undefined) client.setRequestHandler(ElicitRequestSchema, async () => answer)
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ['--conditions=source', '--disable-warning=ExperimentalWarning', BIN],
      stderr: 'ignore',
      env: {
        PATH: process.env.PATH ?? '',
        MOVOICE_API_KEY: sandbox.apiKey,
        MOVOICE_BASE_URL: sandbox.baseUrl,
      },
    }),
  )
  return client
}

describe('a client made with the SDK of 2025', () => {
  const place = {
    name: 'place_call',
    arguments: { agent_id: 'agent_clinic', recipient_phone: '+12025550101' },
  }

  test.each([
    ['says yes', { action: 'accept', content: { confirm: true } }, 'placed', 1],
    ['says yes without the tick', { action: 'accept', content: { confirm: false } }, 'declined', 0],
    ['says no', { action: 'decline' }, 'declined', 0],
    ['cannot ask', undefined, 'needs_confirmation', 0],
  ])('whose user %s', async (_what, answer, state, rings) => {
    const before = sandbox.rings().length
    const client = await connected(answer)
    // It checks structured content by the schemas that the tools were listed with.
    expect((await client.listTools()).tools).toHaveLength(9)
    const { structuredContent } = await client.callTool(place)
    expect(structuredContent).toMatchObject({ state })
    expect(sandbox.rings()).toHaveLength(before + rings)
    await client.close()
  })

  test('takes every answer as its schema says, failures too', async () => {
    const client = await connected({ action: 'decline' })
    await client.listTools()
    const id = sandbox.rings()[0]?.call_id ?? ''
    for (const [name, args] of [
      ['list_calls', {}],
      ['get_call', { call_id: id }],
      ['list_agents', {}],
      ['get_agent', { agent_id: 'agent_clinic' }],
      ['wait_for_call', { call_id: id }],
      ['update_agent', { agent_id: 'agent_clinic', voice_id: 'other' }],
      ['create_batch', { agent_id: 'agent_clinic', recipients: [{ phone: '+19005550100' }] }],
      ['confirm_action', { token: 'none' }],
    ] as const) {
      const answer = await client.callTool({ name, arguments: args })
      expect([name, typeof answer.structuredContent]).toEqual([name, 'object'])
    }
    await client.close()
  })
})
