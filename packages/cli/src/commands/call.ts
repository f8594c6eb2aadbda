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
import type { Command } from 'commander'
import { clientOf } from '../client.ts'
import { callFields } from '../columns.ts'
import { type Format, formatOption, printRecord } from '../output.ts'
import { CallWatch } from '../watch-call.ts'
import { commandFor, confirmed, keyValue, moment, notesOf, quietOption, wholeNumber } from './options.ts'

interface CallFlags {
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

const AFTER = `
Examples:
  movoice call +919876543210 --agent agent_clinic --var name=Asha
  movoice call +12025550101 --agent agent_clinic --wait --yes -o json

It asks before a phone rings. A call that may have been placed ends with code ${exitCodes.unknown} and is never placed again by itself.`

/** One call is watched by somebody who waits for it. */
const LOOK_EVERY_MS = 3_000

/** `movoice call`. */
export function callCommand(io: CommandIo): Command {
  return commandFor(io, 'call')
    .description('Place a call.')
    .argument('<number>', 'whom to call, with country code, such as +919876543210')
    .requiredOption('--agent <id>', 'the agent that talks')
    .option(
      '--var <name=value>',
      "a value for the agent's prompt, put in as {{name}}; may be repeated",
      keyValue,
    )
    .option('--from-number <number>', 'a number the account owns, to call from')
    .option('--max-duration <seconds>', 'the longest the call may last; 1800 if not given', wholeNumber)
    .option('--schedule-at <time>', 'when to place it: 2027-01-31T10:00+05:30, or Unix seconds', moment)
    .option('--country <code>', 'where a number without country code is, such as IN')
    .option('--wait', 'wait for the end of the call and print its result')
    .option('--timeout <seconds>', 'how long to wait at most', wholeNumber, 2100)
    .option('--dry-run', 'check everything, print what would be sent, send nothing')
    .option('-y, --yes', 'do not ask')
    .addOption(quietOption())
    .addOption(formatOption())
    .addHelpText('after', AFTER)
    .action((number: string, flags: CallFlags) => placeCall(io, number, flags))
}

async function placeCall(io: CommandIo, number: string, flags: CallFlags): Promise<void> {
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
