import { afterEach, describe, expect, test } from 'vitest'
import type { TokenNote } from './office.ts'
import { call, type Era, type Habit, Stage } from './testing/stage.ts'

const eras: readonly Era[] = ['modern', 'legacy']
const one = { agent_id: 'agent_clinic', recipient_phone: '+12025550101', variables: { name: 'Asha' } }
const many = {
  agent_id: 'agent_clinic',
  recipients: [{ phone: '+12025550101', variables: { name: 'Asha' } }, { phone: '+12025550102' }],
}
const change = { agent_id: 'agent_clinic', voice_id: 'sarvam_english_female_03' }

let stage: Stage
afterEach(() => stage.end())

describe.each(eras)('a client of the %s protocol', (era) => {
  describe.each<[Habit, string, number]>([
    ['accepts', 'placed', 1],
    ['accepts_unticked', 'declined', 0],
    ['declines', 'declined', 0],
    ['cancels', 'declined', 0],
    ['cannot_ask', 'needs_confirmation', 0],
  ])('that %s', (habit, state, rings) => {
    test(`gets "${state}" for a call, and ${rings} phones ring`, async () => {
      stage = await Stage.begin()
      const { client, asked } = await stage.client(habit, era)
      const { structured } = await call(client, 'place_call', one)
      expect(structured.state).toBe(state)
      expect(stage.rings).toBe(rings)
      expect(asked).toHaveLength(habit === 'cannot_ask' ? 0 : 1)
    })

    test(`gets "${state}" for a batch, and ${rings * 2} phones ring`, async () => {
      stage = await Stage.begin()
      const { client } = await stage.client(habit, era)
      const { structured } = await call(client, 'create_batch', many)
      expect(structured.state).toBe(state)
      await stage.sandbox.advance(60)
      expect(stage.rings).toBe(rings * 2)
    })

    test('changes an agent only so', async () => {
      stage = await Stage.begin()
      const { client, asked } = await stage.client(habit, era)
      const { structured } = await call(client, 'update_agent', change)
      expect(structured.state).toBe(state === 'placed' ? 'changed' : state)
      const { structured: agent } = await call(client, 'get_agent', { agent_id: 'agent_clinic' })
      expect(agent.voice_id).toBe(rings === 1 ? change.voice_id : 'sarvam_hindi_female_01')
      if (habit !== 'cannot_ask') {
        expect(asked[0]?.message).toContain(
          'voice_id: was "sarvam_hindi_female_01", would be "sarvam_english_female_03".',
        )
      }
    })
  })
})

describe.each(eras)('where a person alone sees the token, a client of the %s protocol', (era) => {
  test('that cannot ask gets the question without it, and needs it to have a phone ring, once', async () => {
    const shown: TokenNote[] = []
    stage = await Stage.begin({ showToken: (note) => shown.push(note) })
    const { client } = await stage.client('cannot_ask', era)
    const { structured, text } = await call(client, 'place_call', one)
    expect(structured).toMatchObject({
      state: 'needs_confirmation',
      confirmation: { summary: expect.stringContaining('+1 202 555 0101') },
    })
    const [note] = shown as [TokenNote]
    expect(note.summary).toBe((structured.confirmation as { summary: string }).summary)
    expect(text + JSON.stringify(structured) + stage.log.join('')).not.toContain(note.token)
    const guessed = await call(client, 'confirm_action', { token: 'confirm_yes' })
    expect(guessed.structured.state).toBe('not_done')
    expect(stage.rings).toBe(0)
    const confirmed = await call(client, 'confirm_action', { token: note.token })
    expect(confirmed.structured.state).toBe('placed')
    await call(client, 'confirm_action', { token: note.token })
    expect(stage.rings).toBe(1)
  })

  test('that can ask its user does so, and no token is shown', async () => {
    const shown: TokenNote[] = []
    stage = await Stage.begin({ showToken: (note) => shown.push(note) })
    const { client, asked } = await stage.client('accepts', era)
    expect((await call(client, 'place_call', one)).structured.state).toBe('placed')
    expect([asked.length, shown.length]).toEqual([1, 0])
  })
})
