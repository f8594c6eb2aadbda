import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { ListFlags, RecordingFlags } from '../actions/read-calls.ts'
import { commandFor, type Format, formatOption, moment, quietOption, wholeNumber } from './options.ts'

const actions = () => import('../actions/read-calls.ts')

/** `movoice calls`. */
export function callsCommand(io: CommandIo): Command {
  const calls = commandFor(io, 'calls').description('List calls, or read one.')
  calls
    .addCommand(
      commandFor(io, 'list')
        .description('List calls.')
        .option('-n, --limit <count>', 'how many at most', wholeNumber, 20)
        .option('--offset <count>', 'how many to skip', wholeNumber)
        .option('--all', 'all of them')
        .option('--status <status>', 'only those: completed, failed or active')
        .option('--agent <id>', "only this agent's")
        .option('--from <time>', 'only since then: 2027-01-31T10:00+05:30, or Unix seconds', moment)
        .option('--to <time>', 'only until then', moment)
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (flags: ListFlags) => (await actions()).listCalls(io, flags)),
    )
    .addCommand(
      commandFor(io, 'get')
        .description('Read a call with its summary and transcript.')
        .argument('<id>', 'the id of the call')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (id: string, { output }: { readonly output: Format }) =>
          (await actions()).showCall(io, id, output),
        ),
    )
    .addCommand(
      commandFor(io, 'transcript')
        .description('Print what was said in a call.')
        .argument('<id>', 'the id of the call')
        .addOption(quietOption())
        .action(async (id: string) => (await actions()).showTranscript(io, id)),
    )
    .addCommand(
      commandFor(io, 'recording')
        .description('Print where the recording of a call is, or fetch it.')
        .argument('<id>', 'the id of the call')
        .option('--out <file>', 'fetch it into this file')
        .option('--force', 'write over a file that is there')
        .option('--max-size <MB>', 'the most that is fetched', wholeNumber, 500)
        .addOption(quietOption())
        .action(async (id: string, flags: RecordingFlags) => (await actions()).fetchRecording(io, id, flags)),
    )
  return calls
}
