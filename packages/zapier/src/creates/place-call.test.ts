import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { onceRule } from '../fields/once-fields.ts'
import app from '../index.ts'
import { mismatches, missingKeys } from '../publishing/index.ts'
import { Line } from '../testing/stage.ts'

const input = (suffix: string, more: object = {}) => ({
  agent_id: 'agent_clinic',
  recipient_phone: `+1 202 555 01${suffix}`,
  ...more,
})
const asked = (suffix: string) => ({ agent_id: 'agent_clinic', recipient_phone: `+120255501${suffix}` })

describe('place_call', () => {
  test('rings once and gives what its fields and its sample promise', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const result = await zap.place(input('01', { variables: { name: 'Asha' }, max_duration: 600 }))
    expect(result).toMatchObject({ ...asked('01'), status: 'initiated', already_placed: false })
    const { operation } = app.creates.place_call ?? {}
    expect(missingKeys(operation?.sample ?? {}, result)).toEqual([])
    const fields = (operation?.outputFields ?? []) as { key: string }[]
    expect(
      mismatches(
        result,
        fields.map((it) => ({ where: it.key, it })),
      ),
    ).toEqual([])
    expect(await line.rings()).toHaveLength(1)
  })

  test('rings once for ten replays', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const results = []
    for (let replay = 0; replay < 10; replay += 1) results.push(await zap.place(input('01')))
    expect(await line.rings()).toHaveLength(1)
    expect(new Set(results.map(({ call_id }) => call_id)).size).toBe(1)
    expect(results.map(({ already_placed }) => already_placed)).toEqual([false, ...Array(9).fill(true)])
  })

  test('rings each person of one Zap', async () => {
    await using line = await Line.start({ plan: 'business' })
    const zap = line.zap()
    for (const name of ['Asha', 'Ravi']) await zap.place(input('01', { variables: { name } }))
    await zap.place(input('02'))
    expect(await line.rings()).toHaveLength(3)
  })

  test('takes Once Per for what makes two runs one', async () => {
    await using line = await Line.start({ plan: 'business' })
    const zap = line.zap()
    await zap.place(input('01', { once_per: 'row 1' }))
    await zap.place(input('01', { once_per: 'row 1', variables: { name: 'changed' } }))
    expect(await line.rings()).toHaveLength(1)
    await zap.place(input('01', { once_per: 'row 2' }))
    expect(await line.rings()).toHaveLength(2)
  })

  test('rings again where the same request is not to be a repeat', async () => {
    await using line = await Line.start({ plan: 'business' })
    const zap = line.zap()
    await zap.place(input('01', { window_minutes: 0 }))
    await zap.place(input('01', { window_minutes: 0 }))
    expect(await line.rings()).toHaveLength(2)
  })

  test.each(['12', '13', '18'])(
    'finds the call whose answer was lost (%s), and rings once for its replays',
    async (suffix) => {
      await using line = await Line.start()
      const zap = line.zap()
      const first = await zap.place(input(suffix))
      const replay = await zap.place(input(suffix))
      expect(first).toMatchObject(asked(suffix))
      expect(replay).toEqual({ ...first, already_placed: true })
      expect(await line.rings()).toHaveLength(1)
    },
  )

  test('finds what a run placed that Zapier cut off', async () => {
    await using line = await Line.start()
    const cut = line.zap()
    const placed = await cut.place(input('01'))
    const zap = line.zap()
    const { key } = onceRule({} as never, 'place_call', {}, asked('01'))
    zap.memory()[key] = JSON.stringify({ startedAt: Date.now() - 1_000 })
    expect(await zap.place(input('01'))).toEqual({ ...placed, already_placed: true })
    expect(await line.rings()).toHaveLength(1)
  })

  test('halts where a run was cut off and nothing can be found', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const { key } = onceRule({} as never, 'place_call', {}, asked('01'))
    zap.memory()[key] = JSON.stringify({ startedAt: Date.now() - 1_000 })
    const told = await zap.placeFailure(input('01'))
    expect(told.name).toBe('HaltedError')
    expect(told.message).toContain('The phone may have rung')
    expect(await line.rings()).toHaveLength(0)
  })

  test('finds the first call by Requested At where Zapier has forgotten', async () => {
    await using line = await Line.start()
    const requested_at = new Date(Date.now() - 60_000).toISOString()
    const first = await line.zap().place(input('01', { requested_at }))
    const replay = await line.zap().place(input('01', { requested_at }))
    expect(replay).toEqual({ ...first, already_placed: true })
    expect(await line.rings()).toHaveLength(1)
  })

  test('notes nothing of a look for an earlier call that fails, so that the step may run again', async () => {
    const line = await Line.start()
    const zap = line.zap()
    await line.sandbox.close()
    const told = await zap.placeFailure(input('01', { requested_at: new Date().toISOString() }))
    expect(told.name).toBe('AppError')
    expect(zap.memory()).toEqual({})
  })

  test('runs while the memory is out of reach', async () => {
    await using line = await Line.start()
    const zap = line.zap()
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    onTestFinished(() => said.mockRestore())
    zap.loseMemory()
    expect(await zap.place(input('01'))).toMatchObject(asked('01'))
    expect(said.mock.calls.join()).toContain('a replay of this step may not be noticed')
  })

  test.each([
    ['10', 'HaltedError', /HTTP 422/],
    ['19', 'HaltedError', /already placed/],
  ])('halts in words on scenario %s, and nothing is dialled again', async (suffix, name, words) => {
    await using line = await Line.start()
    const zap = line.zap()
    const told = await zap.placeFailure(input(suffix))
    expect(told.name).toBe(name)
    expect(told.message).toMatch(words)
    expect(await line.rings()).toHaveLength(0)
  })

  test('hands a 429 to Zapier with its delay, and runs again after it', async () => {
    await using line = await Line.start({ plan: '1x5' })
    const zap = line.zap()
    await zap.place(input('01'))
    const told = await zap.placeFailure(input('02'))
    expect(told.name).toBe('ThrottledError')
    expect(told.message).toMatch(/\[(59|60|61) s\]/)
    await line.advance(61)
    expect(await zap.place(input('02'))).toMatchObject({ already_placed: false })
    expect(await line.rings()).toHaveLength(2)
  })

  test('says what is wrong with a key', async () => {
    await using line = await Line.start()
    const wrong = await line.zap({ api_key: 'sk_live_wrong_key_0123456789' }).placeFailure(input('01'))
    expect(wrong.name).toBe('ExpiredAuthError')
    expect(wrong.message).toContain('API key')
    expect(wrong.message).not.toContain('sk_live_wrong')
    const readonly = await line.zap({ api_key: 'sk_sandbox_readonly_1' }).placeFailure(input('01'))
    expect(readonly.name).toBe('HaltedError')
    expect(await line.rings()).toHaveLength(0)
  })

  test.each([
    [{ recipient_phone: '98765 43210' }, /Recipient Phone has no country code/],
    [{ recipient_phone: 'call me' }, /Recipient Phone holds letters/],
    [{ recipient_phone: '+1 202 555 0101', from_number: '555' }, /From Number/],
    [{ recipient_phone: '+1 202 555 0101', schedule_at: 'next week' }, /Call At is not a date/],
    [{ recipient_phone: '+1 202 555 0101', max_duration: 0 }, /max_duration must be at least 1/],
    [{ recipient_phone: '+1 202 555 0101', agent_id: '' }, /agent_id must not be empty/],
    [{ recipient_phone: '+1 202 555 0101', window_minutes: -1 }, /must be a number of minutes/],
  ])('halts on %j before anything is sent', async (wrong, words) => {
    await using line = await Line.start()
    const told = await line.zap().placeFailure({ agent_id: 'agent_clinic', ...wrong })
    expect(told.name).toBe('HaltedError')
    expect(told.message).toMatch(words)
    expect(await line.control('GET', '/requests')).toSatisfy(
      (seen: unknown) => JSON.stringify(seen).includes('"/call"') === false,
    )
  })

  test('takes a number without a country code where the field says which country', async () => {
    await using line = await Line.start()
    const result = await line
      .zap()
      .place({ agent_id: 'agent_clinic', recipient_phone: '98765 43210', default_country: 'IN' })
    expect(result.recipient_phone).toBe('+919876543210')
  })

  test('schedules a call', async () => {
    await using line = await Line.start()
    const at = new Date((Math.floor(Date.now() / 1000) + 3_600) * 1000).toISOString()
    const result = await line.zap().place(input('01', { schedule_at: at }))
    expect(result).toMatchObject({ scheduled_for: at, already_placed: false })
  })

  test('says that nothing was sent where Movoice cannot be reached, so that a replay is safe', async () => {
    const line = await Line.start()
    const zap = line.zap()
    await line.sandbox.close()
    const told = await zap.placeFailure(input('01'))
    expect(told.name).toBe('AppError')
    expect(told.message).toContain('nothing was sent')
    expect(zap.memory()).toEqual({})
  })
})
