import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultNames, manifest } from '@movoice-kit/slack'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { groupScope, historyScopes, scopes } from '../../../packages/slack/src/manifest.ts'

const root = join(import.meta.dirname, '../../..')

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

const all = { ...scopes, ...groupScope, ...historyScopes }

test('asks for few rights, and the page says of each what for, and of no other', () => {
  const asked = manifest({ socket: true }).oauth_config.scopes.bot
  expect(asked).toEqual(Object.keys(scopes))
  expect(manifest({ socket: true, groups: true, history: true }).oauth_config.scopes.bot).toEqual(
    Object.keys(all),
  )
  const page = readFileSync(join(root, 'docs/slack.md'), 'utf8')
  const table = page.slice(page.indexOf('| right | what for |')).split('\n\n')[0] ?? ''
  const rows = table
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const listed = rows.flatMap(([, right = '', why = '']) => {
    expect(why.length).toBeGreaterThan(15)
    return [...right.matchAll(/`([^`]+)`/g)].map(([, scope]) => scope)
  })
  expect(listed.toSorted()).toEqual(Object.keys(all).toSorted())
})

/** What Slack asks for each method that the app calls. Source: docs.slack.dev, reference of the Web API. */
const needs: Readonly<Record<string, readonly (keyof typeof all)[]>> = {
  'auth.test': [],
  'chat.postMessage': ['chat:write', 'chat:write.public'],
  'chat.update': ['chat:write'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  'files.info': ['files:read'],
  filesUploadV2: ['files:write'],
  'oauth.v2.access': [],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
}

test('every right is needed by a method that the app calls, and every method has its right', () => {
  const called = new Set<string>()
  for (const path of globSync(join(root, 'packages/slack/src/**/*.ts'))) {
    const families =
      'chat|conversations|files|filesUploadV2|oauth|team|usergroups|users|views|apps|auth|bots|pins'
    for (const [, method = ''] of readFileSync(path, 'utf8').matchAll(
      new RegExp(`\\b(?:client|post)\\.((?:${families})\\b[\\w.]*)\\(`, 'g'),
    ))
      called.add(method)
  }
  expect([...called].toSorted()).toEqual(Object.keys(needs).toSorted())
  // The commands themselves need the one that no method asks for.
  expect(new Set(['commands', ...Object.values(needs).flat()])).toEqual(new Set(Object.keys(all)))
})

test.each([
  [{ publicUrl: 'http://calls.example.com' }, 'https'],
  [{}, 'https'],
  [{ socket: true, names: { ...defaultNames, call: 'call' } }, 'no name of a command'],
  [{ socket: true, names: { call: '/x', umbrella: '/x' } }, 'two names'],
])('%j is refused', (options, says) => {
  expect(() => manifest(options)).toThrow(says)
})
