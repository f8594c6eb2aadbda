import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signWebhook } from '@movoice-kit/core/events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

const body = '{"event_type":"call.started"}'
const signature = signWebhook(body, 'old')
let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'movoice-verify-'))
  file = join(folder, 'body.json')
  writeFileSync(file, body)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const verify = (argv: readonly string[], env: Record<string, string> = {}) =>
  runCli(['verify', file, ...argv], env)

test('any of the secrets in the setting may have signed it', async () => {
  const argv = ['--signature', signature]
  expect((await verify(argv, { MOVOICE_WEBHOOK_SECRET: 'new, old' })).code).toBe(0)
  expect((await verify([...argv, '--secret', 'new,old'])).code).toBe(0)
  expect((await verify(argv, { MOVOICE_WEBHOOK_SECRET: 'new' })).code).toBe(1)
})

test('the whole line of a header will do', async () => {
  expect((await verify(['--secret', 'old', '--signature', `X-Movoice-Signature: ${signature}`])).code).toBe(0)
})

test('a signature of the relay asks for what else it covers', async () => {
  const { code, err } = await verify(['--secret', 'whsec_c2VjcmV0', '--signature', `v1,${'A'.repeat(43)}=`])
  expect(code).toBe(1)
  expect(err).toMatch(/webhook-id/)
})

test('an empty signature is one that was not given', async () => {
  const { code, err } = await verify(['--secret', 'old', '--signature', ''])
  expect({ code, err }).toEqual({ code: 2, err: '--signature is empty.\n' })
})
