// `movoice up` with the tokens of a Slack workspace: the app comes along, between the sandbox and the relay that it starts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runMovoice } from '../../cli/run-movoice.ts'
import { ringsOf } from './app-process.ts'
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, SlackWorld, textOf } from './slack-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** A number of a country where it is day now, as the app calls nobody at night. */
function awake(): string {
  const hour = new Date().getUTCHours()
  if (hour >= 14) return '+12025550101'
  return hour >= 4 ? '+919876543210' : '+81312345678'
}

describe.each(['http', 'socket'] as const)('over %s', (mode) => {
  let temp: string
  let slack: SlackWorld
  beforeEach(async () => {
    temp = mkdtempSync(join(tmpdir(), 'movoice-up-slack-'))
    slack = await SlackWorld.start(mode)
  })
  afterEach(async () => {
    const { problems } = slack
    await slack.close()
    rmSync(temp, { recursive: true, force: true })
    expect(problems).toEqual([])
  })

  test('a call that Slack asks for rings in the sandbox, and its result comes back by way of the relay', async () => {
    const door = mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }
    const run = runMovoice(
      ['up', '--sandbox-port', '0', '--hooks-port', '0', '--slack-port', '0', '--speed', '60'],
      { TMPDIR: temp, NO_COLOR: '1', SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_API_URL: slack.apiUrl, ...door },
    )
    await run.said(/In another terminal:.*events list/s)
    const { out } = run.texts
    const address = /^ {2}slack +(.+)$/m.exec(out)?.[1] ?? ''
    expect(address, run.texts.err).toMatch(
      mode === 'http' ? /^http:\/\/127\.0\.0\.1:\d+$/ : /^over a socket$/,
    )
    slack.appUrl = address
    const sandbox = /^ {2}sandbox +(\S+)$/m.exec(out)?.[1] ?? ''
    const asked = await slack.command('/call', `${awake()} agent_clinic name=Asha`)
    const question = await slack.response(asked.id)
    const { confirm_call } = SlackWorld.buttons(question)
    expect(confirm_call, textOf(question)).toBeDefined()
    await slack.click(confirm_call ?? { action_id: '' })
    const result = await slack.until('the result in the thread', () =>
      slack
        .messages()
        .find(({ thread, edits }) => thread !== undefined && /Summary|answer/.test(edits.join())),
    )
    expect(result.channel).toBe(slack.general)
    expect(await ringsOf({ controlUrl: new URL('/_sandbox', sandbox).href })).toEqual([awake()])
    run.kill('SIGINT')
    const { code, err } = await run.ended
    expect({ code, last: err.split('\n').at(-2) }).toEqual({ code: 130, last: 'Stopped.' })
    for (const secret of [BOT_TOKEN, APP_TOKEN, SIGNING_SECRET]) expect(out + err).not.toContain(secret)
  })
})
