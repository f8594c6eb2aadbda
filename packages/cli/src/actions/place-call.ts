import {
  type Call,
  type CreateCallInput,
  type CreatedCall,
  isMovoiceError,
  type Movoice,
  readPhone,
  systemClock,
} from '@movoice-kit/core'
import {
  CommandError,
  type CommandIo,
  ConfigurationError,
  dialling,
  exitCodes,
} from '@movoice-kit/core/command'
import { clientOf } from '../client.ts'
import { callFields } from '../columns.ts'
import { confirmed, type Format } from '../commands/options.ts'
import { notesOf } from '../notes.ts'
import { printRecord } from '../output.ts'
import { CallWatch } from '../watch-call.ts'

export interface CallFlags {
  readonly agent: string
  readonly var?: Record<string, string>
  readonly fromNumber?: string
  readonly maxDuration?: number
  readonly scheduleAt?: number
  readonly country?: string
  readonly wait?: boolean
  readonly timeout: number
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly quiet?: boolean
  readonly output: Format
}

/** One call is watched by somebody who waits for it. */
const LOOK_EVERY_MS = 3_000

/** What `movoice call` does. */
export async function placeCall(io: CommandIo, number: string, flags: CallFlags): Promise<void> {
  const { recipient, shown } = readNumber('<number>', number, flags.country)
  const input: CreateCallInput = {
    agent_id: flags.agent,
    recipient_phone: recipient,
    ...(flags.var !== undefined && { variables: flags.var }),
    ...(flags.fromNumber !== undefined && {
      from_number: readNumber('--from-number', flags.fromNumber, flags.country).recipient,
    }),
    ...(flags.maxDuration !== undefined && { max_duration: flags.maxDuration }),
    ...(flags.scheduleAt !== undefined && { schedule_at: flags.scheduleAt }),
  }
  if (flags.dryRun === true) {
    io.stdout.write(`${JSON.stringify(input, null, 2)}\n`)
    notesOf(io, flags)('Nothing was sent: this was a dry run.')
    return
  }
  const movoice = clientOf(io)
  if (!(await confirmed(io, `Call ${shown} with ${flags.agent}?`, flags.yes))) {
    throw new CommandError('Nothing was placed.')
  }
  const placed = await dialling(movoice.calls.create(input, { signal: io.signal }))
  if (flags.wait !== true) return printRecord<Call>(io, flags.output, placed as Call, callFields)
  await printRecord(io, flags.output, await waitFor(io, movoice, placed, flags), callFields)
}

async function waitFor(
  io: CommandIo,
  movoice: Movoice,
  { call_id }: CreatedCall,
  { timeout, quiet = false }: CallFlags,
): Promise<Call> {
  const watch = new CallWatch(io, { clock: io.clock ?? systemClock, quiet, callId: call_id })
  const ending = movoice.calls.waitUntilDone(call_id, {
    timeoutMs: timeout * 1000,
    signal: io.signal,
    everyMs: LOOK_EVERY_MS,
    onLook: (call) => watch.see(call),
  })
  await watch.run(ending)
  try {
    return await ending
  } catch (error) {
    if (!isMovoiceError(error) || !(io.signal.aborted || error.name === 'TimeoutError')) throw error
    // The call was placed, and goes on: neither is a reason to place it again.
    const exitCode = io.signal.aborted ? exitCodes.interrupted : exitCodes.failed
    const line = io.signal.aborted ? 'Stopped waiting; the call goes on.' : error.message
    throw new CommandError(line, { hint: `See it with "movoice calls get ${call_id}".`, exitCode })
  }
}

function readNumber(
  setting: string,
  text: string,
  country: string | undefined,
): { readonly recipient: string; readonly shown: string } {
  const reading = readPhone(text, { defaultCountry: country })
  if (reading.ok) {
    const where = reading.country === undefined ? '' : ` (${reading.country})`
    return { recipient: reading.e164, shown: `${reading.international}${where}` }
  }
  const hint = [
    reading.suggestion === undefined ? '' : `Did you mean ${reading.suggestion}?`,
    reading.code === 'no_country' && country === undefined ? 'Or say where it is with --country.' : '',
  ]
  throw new ConfigurationError(setting, reading.message, hint.filter((part) => part !== '').join(' '))
}
