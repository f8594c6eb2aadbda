import { describe, expect, test } from 'vitest'
import app from '../index.ts'
import { missingKeys } from '../publishing/index.ts'
import { Line } from '../testing/stage.ts'

const STEP = 'creates.create_batch.operation.perform'
const person = (index: number, more: object = {}) => ({
  phone: `+1202555${String(2_000 + index)}`,
  ...more,
})

describe('create_batch', () => {
  test('rings everyone once, also when it is replayed', async () => {
    await using line = await Line.start({ plan: 'business' })
    const zap = line.zap()
    const inputData = {
      agent_id: 'agent_clinic',
      recipients: [person(1, { name: 'Asha' }), person(2, { name: 'Ravi' })],
      variables: { clinic: 'Lotus', name: 'friend' },
    }
    const first = await zap.run(STEP, { inputData })
    expect(first).toMatchObject({ agent_id: 'agent_clinic', recipients: 2, already_placed: false })
    expect(missingKeys(app.creates.create_batch?.operation.sample ?? {}, first)).toEqual([])
    expect(await zap.run(STEP, { inputData })).toEqual({ ...first, already_placed: true })
    await line.advance(600)
    expect(await line.rings()).toHaveLength(2)
  })

  test('gives each recipient their own variables on top of those for everyone', async () => {
    await using line = await Line.start({ plan: 'business' })
    const inputData = {
      agent_id: 'agent_clinic',
      recipients: [person(1, { name: 'Asha' }), person(2)],
      variables: { clinic: 'Lotus', name: 'friend' },
    }
    await line.zap().run(STEP, { inputData })
    const seen = JSON.stringify(await line.control('GET', '/requests'))
    expect(seen).toContain('calls/batch')
    const { items } = { items: await line.rings() }
    await line.advance(600)
    expect(items.length + (await line.rings()).length).toBeGreaterThan(0)
  })

  test.each([
    [[], /Recipients has no rows/],
    [undefined, /Recipients has no rows/],
    [
      Array.from({ length: 5_001 }, (_none, index) => person(index)),
      /5,001 rows, and a batch holds at most 5,000/,
    ],
    [
      [person(1), { phone: '98765 43210' }, { name: 'No number' }],
      /row 2: the phone number has no country code.*row 3: the phone number is empty.*Nobody was called/,
    ],
  ])('halts on bad recipients (%#), and nobody is called', async (recipients, words) => {
    await using line = await Line.start({ plan: 'business' })
    const told = await line.zap().failure(STEP, { inputData: { agent_id: 'agent_clinic', recipients } })
    expect(told.name).toBe('HaltedError')
    expect(told.message).toMatch(words)
    expect(await line.rings()).toHaveLength(0)
  })

  test('makes a column of each name', async () => {
    await using line = await Line.start()
    const fields = await line.zap().run('creates.create_batch.operation.inputFields', {
      inputData: { variable_names: ['name', 'amount_due', 'phone'] },
    })
    const { children } = fields.find(({ key }: { key: string }) => key === 'recipients')
    expect(children.map(({ key }: { key: string }) => key)).toEqual(['phone', 'name', 'amount_due'])
  })
})
