import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultNames, manifest, scopes } from '@movoice-kit/slack'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'slack-manifest-v2.schema.json'), 'utf8'),
) as object
const check = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema)

test.each([
  { publicUrl: 'https://calls.example.com' },
  { socket: true },
  { publicUrl: 'https://calls.example.com', distributed: true, groups: true, history: true },
  { publicUrl: 'https://calls.example.com', names: { call: '/ring', umbrella: '/phone' } },
])('Slack takes the manifest for %j', (options) => {
  const made = manifest(options)
  check(made)
  expect(check.errors ?? []).toEqual([])
})

test('the schema finds what is wrong', () => {
  expect(check({ ...manifest({ socket: true }), settings: { socket_mode_enabled: 'yes' } })).toBe(false)
})

test('asks for few rights, and says of each what for', () => {
  const asked = manifest({ socket: true }).oauth_config.scopes.bot
  expect(asked).toEqual(Object.keys(scopes))
  expect(asked).not.toContain('channels:history')
  const page = readFileSync(join(import.meta.dirname, '../../../docs/slack.md'), 'utf8')
  for (const scope of [...asked, 'usergroups:read', 'channels:history', 'im:history'])
    expect(page).toContain(`\`${scope}\``)
})

test.each([
  [{ publicUrl: 'http://calls.example.com' }, 'https'],
  [{}, 'https'],
  [{ socket: true, names: { ...defaultNames, call: 'call' } }, 'no name of a command'],
  [{ socket: true, names: { call: '/x', umbrella: '/x' } }, 'two names'],
])('%j is refused', (options, says) => {
  expect(() => manifest(options)).toThrow(says)
})
