import { expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

test('demo --quiet prints what came of the calls, and nothing else', async () => {
  const { code, out, err } = await runCli(['demo', '--quiet', '--speed', '600'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^\nCALL +OUTCOME .*\ncall_\w+ +BOOKED .*\ncall_\w+ +NO_ANSWER .*\n– +refused .*\n$/)
}, 60_000)
