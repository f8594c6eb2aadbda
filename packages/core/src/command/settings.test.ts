import { describe, expect, test } from 'vitest'
import { isCommandError, readMovoiceSettings, readSecrets } from './index.ts'

function lineOf(env: Record<string, string>, needs?: 'apiKey'): string {
  try {
    if (needs === undefined) readMovoiceSettings(env)
    else readMovoiceSettings(env, needs)
  } catch (error) {
    if (isCommandError(error)) return error.message
    throw error
  }
  return 'fine'
}

describe('readMovoiceSettings', () => {
  test('reads all three, and takes an empty one for none', () => {
    const env = { MOVOICE_API_KEY: ' sk_1 ', MOVOICE_BASE_URL: '', MOVOICE_PLAN: '120x5' }
    const { apiKey, baseUrl, plan } = readMovoiceSettings(env)
    expect({ apiKey, baseUrl, perMinute: plan?.callsPerMinute }).toEqual({
      apiKey: 'sk_1',
      baseUrl: undefined,
      perMinute: 120,
    })
  })

  test.each([
    [{}, 'MOVOICE_API_KEY is missing.'],
    [{ MOVOICE_API_KEY: '  ' }, 'MOVOICE_API_KEY is missing.'],
    [
      { MOVOICE_API_KEY: 'sk_1\n2' },
      'MOVOICE_API_KEY must be one word without spaces, line breaks or special characters: copy it again.',
    ],
    [
      { MOVOICE_API_KEY: 'sk_1', MOVOICE_BASE_URL: 'api.movoice.ai' },
      'MOVOICE_BASE_URL must be an http or https URL without user, query or fragment, such as https://api.movoice.ai/v1.',
    ],
    [
      { MOVOICE_API_KEY: 'sk_1', MOVOICE_PLAN: 'big' },
      'MOVOICE_PLAN must be starter, growth, business, enterprise, or calls per minute x concurrent calls such as 120x5.',
    ],
  ])('names what is wrong in %j', (env, line) => {
    expect(lineOf(env as Record<string, string>, 'apiKey')).toBe(line)
  })

  test('needs no key where none is needed', () => {
    expect(lineOf({})).toBe('fine')
  })
})

test('secrets are parted by commas', () => {
  expect(readSecrets(' old , new,')).toEqual(['old', 'new'])
  expect(readSecrets(undefined)).toEqual([])
})
