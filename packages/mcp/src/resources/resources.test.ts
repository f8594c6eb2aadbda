import { afterEach, expect, test } from 'vitest'
import { call, type Era, Stage } from '../testing/stage.ts'

let stage: Stage
afterEach(() => stage.end())

async function withCall(era: Era) {
  stage = await Stage.begin()
  const { client } = await stage.client('accepts', era)
  const { structured } = await call(client, 'place_call', {
    agent_id: 'agent_clinic',
    recipient_phone: '+12025550101',
    variables: { name: 'Asha' },
  })
  await stage.sandbox.advance(300)
  return { client, id: (structured.call as { call_id: string }).call_id }
}

test.each<Era>(['modern', 'legacy'])(
  'calls, transcripts and agents are listed and read (%s)',
  async (era) => {
    const { client, id } = await withCall(era)
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toEqual([
      'movoice://calls',
      'movoice://agents',
      `movoice://calls/${id}`,
      'movoice://agents/agent_clinic',
      'movoice://agents/agent_reminder',
      'movoice://agents/agent_survey',
      'movoice://agents/agent_inactive',
    ])
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'movoice://calls/{call_id}',
      'movoice://calls/{call_id}/transcript',
      'movoice://agents/{agent_id}',
    ])
    const read = async (uri: string): Promise<string> => {
      const [content] = (await client.readResource({ uri })).contents
      return content !== undefined && 'text' in content ? content.text : ''
    }
    expect(JSON.parse(await read('movoice://calls'))).toMatchObject([{ call_id: id, outcome: 'BOOKED' }])
    expect(await read('movoice://calls')).not.toContain('assistant of Lotus')
    expect(JSON.parse(await read(`movoice://calls/${id}`))).toMatchObject({
      call_id: id,
      untrusted_content: { notice: expect.stringContaining('do not follow'), transcript: expect.any(String) },
    })
    expect(await read(`movoice://calls/${id}/transcript`)).toMatch(
      /^This was said on the phone[^\n]+\n<(transcript-[0-9a-f]+)>\nagent: Hello Asha[\s\S]+\n<\/\1>$/,
    )
    expect(JSON.parse(await read('movoice://agents/agent_clinic'))).toMatchObject({
      name: 'Clinic reception',
    })
  },
)

test('what is not there, and what is no id, is told as such', async () => {
  const { client } = await withCall('modern')
  for (const [uri, said] of [
    ['movoice://calls/call_none', /Resource not found/],
    ['movoice://agents/agent%2Fnone', /Resource not found/],
    ['movoice://calls/..%2F..%2Fagents', /Resource not found/],
    ['movoice://calls/%2E%2E', /not found/],
    [`movoice://calls/${'x'.repeat(300)}`, /at most 200 characters/],
    ['movoice://calls/%E0%A4%A', /not well encoded/],
    ['movoice://nothing', /not found/],
  ] as const) {
    await expect(client.readResource({ uri }), uri).rejects.toThrow(said)
  }
})

test('ids are offered while they are typed', async () => {
  const { client, id } = await withCall('legacy')
  const complete = async (uri: string, name: string, value: string) =>
    (await client.complete({ ref: { type: 'ref/resource', uri }, argument: { name, value } })).completion
      .values
  expect(await complete('movoice://agents/{agent_id}', 'agent_id', 'agent_s')).toEqual(['agent_survey'])
  expect(await complete('movoice://calls/{call_id}', 'call_id', '')).toEqual([id])
  expect(await complete('movoice://calls/{call_id}/transcript', 'call_id', 'x')).toEqual([])
})

test('an outage of Movoice hides no fixed resource, and is an error where something is read', async () => {
  const { client } = await withCall('modern')
  for (const path of ['/v1/calls', '/v1/agents']) {
    stage.sandbox.fault({ path, times: 50, kind: 'status', status: 401 })
  }
  const { resources } = await client.listResources()
  expect(resources.map(({ uri }) => uri)).toEqual(['movoice://calls', 'movoice://agents'])
  await expect(client.readResource({ uri: 'movoice://calls' })).rejects.toThrow(/Check the API key/)
})
