import { describe, expect, test } from 'vitest'
import { Line } from '../testing/stage.ts'

const STEP = 'creates.update_agent.operation.perform'

describe('update_agent', () => {
  test('changes what is given, and passes other fields on as what they are', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const prompt = 'Greet {{name}}, then say {{bundle.inputData.x}}.'
    const result = await zap.run(STEP, {
      inputData: {
        agent_id: 'agent_clinic',
        prompt,
        other_fields: { temperature: '0.2', greeting: 'Hello', recorded: 'true' },
      },
    })
    expect(result).toMatchObject({ id: 'agent_clinic', prompt, voice_id: 'sarvam_hindi_female_01' })
    const response = await fetch(`${line.sandbox.baseUrl}/agents/agent_clinic`, {
      headers: { authorization: `Bearer ${line.sandbox.apiKey}` },
    })
    expect(await response.json()).toMatchObject({
      prompt,
      temperature: 0.2,
      greeting: 'Hello',
      recorded: true,
    })
  })

  test('halts where there is nothing to change, or no such agent', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const nothing = await zap.failure(STEP, { inputData: { agent_id: 'agent_clinic' } })
    expect(nothing).toMatchObject({
      name: 'HaltedError',
      message: expect.stringContaining('nothing to change'),
    })
    const nobody = await zap.failure(STEP, { inputData: { agent_id: 'agent_nobody', prompt: 'Hi' } })
    expect(nobody.name).toBe('HaltedError')
  })
})
