import { describe, expect, test } from 'vitest'
import { Line, Relay, zap } from './testing/stage.ts'

describe('the test of a connection', () => {
  test('gives what its label is made of, and no more of the key than its end', async () => {
    await using line = await Line.start()
    const result = await line.zap().run('authentication.test')
    expect(result).toEqual({ account: expect.any(String), agents: 4, key_end: 'test' })
    expect(JSON.stringify(result)).not.toContain(line.authData.api_key)
  })

  test('tries the hooks server too', async () => {
    await using line = await Line.start()
    await using relay = await Relay.start()
    expect(await line.zap(relay.authData).run('authentication.test')).toMatchObject({ agents: 4 })
    const wrong = await line.zap({ ...relay.authData, hooks_token: 'not-it' }).failure('authentication.test')
    expect(wrong.name).toBe('ExpiredAuthError')
    expect(wrong.message).toContain('HOOKS_TOKEN')
  })

  test('says that a hooks server is down', async () => {
    await using line = await Line.start()
    const relay = await Relay.start()
    await relay.hooks.close()
    const told = await line.zap(relay.authData).failure('authentication.test')
    expect(told.message).toContain('The hooks server could not be reached')
  })

  test.each([
    [{ api_key: 'sk_live_wrong' }, 'ExpiredAuthError', /API key/],
    [{ api_key: 'two words' }, 'HaltedError', /must be one word/],
    [{ api_key: '' }, 'HaltedError', /is missing/],
    [{ base_url: 'api.movoice.ai' }, 'HaltedError', /Base URL must be an http or https URL/],
    [{ base_url: 'http://movoice.example/v1' }, 'HaltedError', /Base URL must begin with https/],
    [{ hooks_url: 'https://hooks.example' }, 'HaltedError', /Hooks Server URL but no Hooks Server Token/],
    [{ hooks_token: 'hooks_1' }, 'HaltedError', /Hooks Server Token but no Hooks Server URL/],
  ])('refuses %j in words', async (wrong, name, words) => {
    await using line = await Line.start()
    const told = await zap({ ...line.authData, ...wrong }).failure('authentication.test')
    expect(told.name).toBe(name)
    expect(told.message).toMatch(words)
  })
})
