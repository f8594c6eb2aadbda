import { Movoice, readPhone } from '@movoice-kit/core'
import {
  CommandError,
  type CommandIo,
  ConfigurationError,
  readMovoiceSettings,
} from '@movoice-kit/core/command'
import { DEFAULT_BASE_URL } from '@movoice-kit/core/contract'
import { keepRunning, showEndings } from './ending.ts'
import { startRelay } from './relay.ts'
import { followCall } from './story.ts'
import { Timeline } from './timeline.ts'

/** A call may ring, and then last half an hour. */
const PATIENCE_MS = 35 * 60_000

/** One call is watched, by somebody who waits for it. */
const LOOK_EVERY_MS = 5_000

/** The demo against a real account: one call to one number, after a confirmation that is typed. */
export async function demoOnAccount(
  io: CommandIo,
  {
    keep,
    quiet,
    to,
    agent,
  }: { readonly keep: boolean; readonly quiet: boolean; readonly to: string; readonly agent: string },
): Promise<void> {
  const { apiKey, baseUrl = DEFAULT_BASE_URL } = readMovoiceSettings(io.env, 'apiKey')
  const reading = readPhone(to)
  if (!reading.ok) throw new ConfigurationError('--to', reading.message)
  await confirmNumber(
    io,
    reading.e164,
    `${reading.international} will ring, called by ${agent} through ${baseUrl}.`,
  )
  const now = () => performance.timeOrigin + performance.now()
  const timeline = new Timeline(io, now, quiet)
  timeline.title('Movoice kit: a call placed, its end delivered')
  const relay = await startRelay(timeline, { apiKey, baseUrl, sweepIntervalMs: LOOK_EVERY_MS })
  try {
    timeline.tell(
      'hooks',
      'Movoice cannot reach this machine with a webhook, so the list of calls is watched instead',
    )
    const movoice = new Movoice({ apiKey, baseUrl, userAgent: 'movoice-demo' })
    const { receiver, stored } = relay
    const plot = { agent, phone: reading.e164, patienceMs: PATIENCE_MS, now, signal: io.signal }
    const ending = await followCall(timeline, { movoice, receiver, stored }, plot)
    showEndings(timeline, io, [ending])
    if (keep) await keepRunning(timeline, io, { baseUrl }, relay)
  } finally {
    await relay.close()
  }
}

async function confirmNumber(io: CommandIo, e164: string, warning: string): Promise<void> {
  if (io.ask === undefined) {
    throw new ConfigurationError(
      '--to',
      'calls for real, and there is no terminal to ask on',
      'Nothing was placed.',
    )
  }
  const typed = await io.ask(`${warning}\nType the number once more to place the call: `)
  const again = readPhone(typed)
  if (!again.ok || again.e164 !== e164) throw new CommandError('That is another number: nothing was placed.')
}
