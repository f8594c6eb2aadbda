import { describe, expect, test } from 'vitest'
import { runCli } from '../testing/run-cli.ts'
import { withSandbox } from '../testing/with-sandbox.ts'

const place = withSandbox()

const rings = async () => place.sandbox.rings().length

describe('movoice call', () => {
  test('places a call, waits and prints the result', async () => {
    const { code, out, err } = await runCli(
      ['call', '+1 202 555 0101', '--agent', 'agent_clinic', '--yes', '--wait'],
      place.env,
    )
    expect({ code, err: err.replace(/call_\w+/g, 'ID') }).toEqual({
      code: 0,
      err: expect.stringMatching(/^ID: initiated\n(ID: active\n)?ID: completed\n$/),
    })
    expect(out).toMatch(/Status +completed/)
    expect(out).toMatch(/Outcome +BOOKED/)
    expect(out).toMatch(/Summary +\S/)
  }, 60_000)

  test('asks before a phone rings', async () => {
    const before = await rings()
    const no = await runCli(['call', '+12025550101', '--agent', 'agent_clinic'], place.env, ['n'])
    expect(no).toMatchObject({ code: 1, out: '' })
    expect(no.err).toContain('Call +1 202 555 0101 (US) with agent_clinic? [y/N] ')
    expect(await rings()).toBe(before)
    const yes = await runCli(['call', '+12025550101', '--agent', 'agent_clinic'], place.env, ['y'])
    expect(yes.code).toBe(0)
    expect(await rings()).toBe(before + 1)
  })

  test('sends nothing in a dry run', async () => {
    const before = await rings()
    const ran = await runCli(
      ['call', '+12025550101', '--agent', 'a', '--var', 'name=Asha=1', '--dry-run'],
      {},
    )
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.out)).toEqual({
      agent_id: 'a',
      recipient_phone: '+12025550101',
      variables: { name: 'Asha=1' },
    })
    expect(await rings()).toBe(before)
  })

  test('shows a person at a terminal where the call stands, in one line that changes', async () => {
    const argv = ['call', '+12025550101', '--agent', 'agent_clinic', '--yes', '--wait']
    const { code, out, err } = await runCli(argv, place.env, undefined, { columns: 80 })
    expect(code).toBe(0)
    expect(err).toMatch(/^⠙ call_\w+ {2}initiated {2}0:00\n/)
    // The line is taken away at the end, so that the result stands alone.
    expect(err.endsWith('\r\x1b[1A\x1b[0J')).toBe(true)
    expect(out).not.toContain('\x1b')
  })

  test('prints the result alone with --quiet', async () => {
    const argv = [
      'call',
      '+12025550102',
      '--agent',
      'agent_clinic',
      '--yes',
      '--wait',
      '--quiet',
      '-o',
      'json',
    ]
    const { code, out, err } = await runCli(argv, place.env, undefined, { columns: 80 })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toMatchObject({ status: 'failed', reason: 'no_answer' })
  })

  test('a wait that is over or stopped says that the call goes on', async () => {
    const argv = ['call', '+12025550108', '--agent', 'agent_clinic', '--yes', '--wait', '--timeout', '1']
    const late = await runCli(argv, place.env)
    expect(late).toMatchObject({ code: 1, out: '' })
    expect(late.err).toMatch(/was not over after 1 s\. See it with "movoice calls get call_\w+"\.\n$/)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 100)
    const stopped = await runCli(argv, place.env, undefined, { signal: stop.signal })
    expect(stopped).toMatchObject({ code: 130, out: '' })
    expect(stopped.err).toMatch(/Stopped waiting; the call goes on\. See it with "movoice calls get/)
  })
})

describe('a call whose answer is lost', () => {
  const call = (number: string) =>
    runCli(['call', number, '--agent', 'agent_clinic', '--yes', '-o', 'json'], place.env)

  test.each(['+12025550112', '+12025550113', '+12025550118'])(
    '%s is found, and rang once',
    async (number) => {
      const before = await rings()
      const { code, out } = await call(number)
      expect(code).toBe(0)
      expect(JSON.parse(out)).toMatchObject({ recipient_phone: number })
      expect(await rings()).toBe(before + 1)
    },
  )

  test('ends with a code of its own if it is nowhere to be found', async () => {
    const before = await rings()
    await fetch(`${place.sandbox.controlUrl}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ path: '/call', times: 1, kind: 'status', status: 503 }),
    })
    const { code, out, err } = await call('+12025550166')
    expect({ code, out }).toEqual({ code: 5, out: '' })
    expect(err).toMatch(/^It is not known whether the call was placed[^\n]+\n$/)
    expect(await rings()).toBe(before)
  })
})
