import { type CommandIo, exitCodes } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { CallFlags } from '../actions/place-call.ts'
import { commandFor, formatOption, keyValue, moment, quietOption, wholeNumber } from './options.ts'

const AFTER = `
Examples:
  movoice call +919876543210 --agent agent_clinic --var name=Asha
  movoice call +12025550101 --agent agent_clinic --wait --yes -o json

It asks before a phone rings. A call that may have been placed ends with code
${exitCodes.unknown} and is never placed again by itself.`

/** `movoice call`. */
export function callCommand(io: CommandIo): Command {
  return commandFor(io, 'call')
    .description('Place a call.')
    .argument('<number>', 'whom to call, with country code, such as +919876543210')
    .requiredOption('--agent <id>', 'the agent that talks: "movoice agents list" has them')
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
    .action(async (number: string, flags: CallFlags) => {
      const { placeCall } = await import('../actions/place-call.ts')
      await placeCall(io, number, flags)
    })
}
