import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli, SPEED } from '../testing/run-cli.ts'

let sandbox: Sandbox
let env: Record<string, string>
beforeAll(async () => {
  sandbox = await createSandbox({ speed: SPEED })
  env = { MOVOICE_API_KEY: sandbox.apiKey, MOVOICE_BASE_URL: sandbox.baseUrl }
})
afterAll(() => sandbox.close())

test('changes an agent after showing the difference', async () => {
  const ran = await runCli(['agents', 'update', 'agent_clinic', '--voice', 'voice_new', '-o', 'json'], env, [
    'y',
  ])
  expect(ran.err).toContain('+ voice_new')
  expect(JSON.parse(ran.out)).toMatchObject({ agent_id: 'agent_clinic', voice_id: 'voice_new' })
  const { out } = await runCli(['agents', 'list'], env)
  expect(out).toMatch(/agent_clinic .*voice_new/)
})
