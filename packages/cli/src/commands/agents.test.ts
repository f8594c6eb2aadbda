import { expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'
import { withSandbox } from '../testing/with-sandbox.ts'

const place = withSandbox()

test('changes an agent after showing the difference', async () => {
  const ran = await runCli(
    ['agents', 'update', 'agent_clinic', '--voice', 'voice_new', '-o', 'json'],
    place.env,
    ['y'],
  )
  expect(ran.err).toContain('+ voice_new')
  expect(JSON.parse(ran.out)).toMatchObject({ agent_id: 'agent_clinic', voice_id: 'voice_new' })
  const { out } = await runCli(['agents', 'list'], place.env)
  expect(out).toMatch(/agent_clinic .*voice_new/)
})
