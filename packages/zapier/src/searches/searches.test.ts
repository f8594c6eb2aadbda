import { describe, expect, test } from 'vitest'
import app from '../index.ts'
import { mismatches, missingKeys } from '../publishing/index.ts'
import { Line } from '../testing/stage.ts'

const FIND_CALL = 'searches.find_call.operation.perform'
const FIND_AGENT = 'searches.find_agent.operation.perform'

const checkShape = (step: 'find_call' | 'find_agent', result: Record<string, unknown>) => {
  const { sample, outputFields } = app.searches[step]?.operation ?? {}
  expect(missingKeys(sample ?? {}, result)).toEqual([])
  const fields = (outputFields ?? []) as { key: string }[]
  expect(
    mismatches(
      result,
      fields.map((it) => ({ where: it.key, it })),
    ),
  ).toEqual([])
}

describe('find_call', () => {
  test('finds by id, and the latest by number, with its result', async () => {
    await using line = await Line.start({ plan: 'business' })
    const zap = line.zap()
    const ids = []
    for (const name of ['Asha', 'Ravi']) {
      const inputData = { agent_id: 'agent_clinic', recipient_phone: '+12025550101', variables: { name } }
      ids.push((await zap.place(inputData)).call_id)
      await line.advance(5)
    }
    await line.advance(300)
    const [byId] = await zap.run(FIND_CALL, { inputData: { call_id: ids[0] } })
    expect(byId).toMatchObject({ id: ids[0], status: 'completed', outcome: 'BOOKED' })
    checkShape('find_call', byId)
    const to = new Date(Date.now() + 86_400_000).toISOString()
    const byNumber = await zap.run(FIND_CALL, { inputData: { recipient_phone: '+1 202 555 0101', to } })
    expect(byNumber.map(({ id }: { id: string }) => id)).toEqual([...ids].reverse())
    expect(byNumber[0].transcript).toContain('agent')
    checkShape('find_call', byNumber[0])
  })

  test('finds nothing where there is nothing, and asks for something to search by', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    expect(await zap.run(FIND_CALL, { inputData: { call_id: 'call_none' } })).toEqual([])
    expect(await zap.run(FIND_CALL, { inputData: { recipient_phone: '+12025550199' } })).toEqual([])
    const told = await zap.failure(FIND_CALL)
    expect(told).toMatchObject({ name: 'HaltedError', message: expect.stringContaining('Give a Call ID') })
  })
})

describe('find_agent', () => {
  test('finds by name, whole names first, and by id', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const [agent] = await zap.run(FIND_AGENT, { inputData: { name: 'CLINIC' } })
    expect(agent).toMatchObject({ id: 'agent_clinic', name: 'Clinic reception' })
    checkShape('find_agent', agent)
    expect(await zap.run(FIND_AGENT, { inputData: { agent_id: 'agent_survey' } })).toHaveLength(1)
    expect(await zap.run(FIND_AGENT, { inputData: { agent_id: 'agent_none' } })).toEqual([])
    expect(await zap.run(FIND_AGENT, { inputData: { name: 'nobody' } })).toEqual([])
    expect((await zap.failure(FIND_AGENT)).name).toBe('HaltedError')
  })
})

describe('the dropdowns', () => {
  test('list agents, voices and calls', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const agents = await zap.run('triggers.agent_list.operation.perform')
    expect(agents.map(({ id }: { id: string }) => id)).toContain('agent_clinic')
    const voices = await zap.run('triggers.voice_list.operation.perform')
    expect(voices.map(({ id }: { id: string }) => id)).toContain('sarvam_hindi_female_01')
    await zap.place({ agent_id: 'agent_clinic', recipient_phone: '+12025550101' })
    const [call] = await zap.run('triggers.call_list.operation.perform')
    expect(call.name).toMatch(/^\+12025550101, /)
  })
})
