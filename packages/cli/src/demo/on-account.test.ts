import { createSandbox, type Sandbox } from '@movoice-kit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

// What takes the account's place is a sandbox that sends no webhook, as Movoice cannot reach a machine behind a router.
let account: Sandbox
let env: Record<string, string>
beforeAll(async () => {
  // Not much faster than life: its clock must not run far ahead of the relay's.
  account = await createSandbox({ speed: 5 })
  env = { MOVOICE_API_KEY: account.apiKey, MOVOICE_BASE_URL: account.baseUrl }
})
afterAll(() => account.close())

const rings = async () => {
  const { calls } = (await (await fetch(`${account.controlUrl}/calls`)).json()) as { calls: unknown[] }
  return calls.length
}
const flags = ['demo', '--to', '+1 202 555 0101', '--agent', 'agent_clinic']

describe('the demo against an account', () => {
  test('places nothing before the number was typed once more', async () => {
    const other = await runCli(flags, env, ['+12025550102'])
    expect(other).toMatchObject({ code: 1, out: '' })
    expect(other.err).toMatch(
      /\+1 202 555 0101 will ring.*\nType the number once more.*That is another number: nothing was placed\.\n$/s,
    )
    const nobody = await runCli(flags, env)
    expect(nobody).toMatchObject({ code: 2, out: '' })
    const keyless = await runCli(flags, {}, ['+12025550101'])
    expect(keyless.err).toMatch(/^MOVOICE_API_KEY is missing/)
    expect(await rings()).toBe(0)
  })

  test('follows the call by the list of calls, as no webhook can arrive', async () => {
    const { code, out, err } = await runCli(flags, env, ['+12025550101'])
    expect({ code, err: err.split('\n')[0] }).toEqual({
      code: 0,
      err: `+1 202 555 0101 will ring, called by agent_clinic through ${account.baseUrl}.`,
    })
    expect(out).toMatch(/the call is over: completed, BOOKED/)
    expect(out).toMatch(/stored it as event call_\w+:call\.completed/)
    expect(out).toMatch(/got it as msg_\S+, signature verified/)
    expect(await rings()).toBe(1)
  }, 90_000)
})
