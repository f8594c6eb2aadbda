import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { BatchFlags } from '../actions/batch.ts'
import { commandFor, formatOption, keyValue, list, quietOption, wholeNumber } from './options.ts'

const AFTER = `
The file has a head with "phone"; every other column is a variable of the
agent's prompt:

  phone,name,amount_due
  +12025550101,Asha,120

Every row is checked before the first call. What is done is kept in a journal
beside the file: stopped by Ctrl-C or by a power cut, the same command goes on
where it was, and calls nobody twice. A number that is in the journal is not
called again; give another --journal to call the same people once more. Who is
taken out of the file is not called.

Examples:
  movoice batch people.csv --agent agent_clinic --dry-run
  movoice batch people.csv --agent agent_clinic --wait --out results.csv`

/** `movoice batch`. */
export function batchCommand(io: CommandIo): Command {
  return commandFor(io, 'batch')
    .description('Call everybody in a CSV file, at the pace the plan allows.')
    .argument('<file>', 'the CSV file')
    .requiredOption('--agent <id>', 'the agent that talks: "movoice agents list" has them')
    .option('--var <name=value>', 'a variable for every row; may be repeated', keyValue)
    .option('--require <columns>', 'columns that no row may leave empty, parted by commas', list, [])
    .option('--country <code>', 'where numbers without country code are, such as IN')
    .option('--from-number <number>', 'a number the account owns, to call from')
    .option('--max-duration <seconds>', 'the longest a call may last; 1800 if not given', wholeNumber)
    .option('--plan <plan>', 'how fast: a plan, or <calls a minute>x<at once>; MOVOICE_PLAN, else starter')
    .option('--wait', 'follow every call to its end')
    .option('--timeout <seconds>', 'how long to follow a call at most', wholeNumber, 2100)
    .option('--skip-invalid', 'call the good rows even if others are bad')
    .option('--retry-unknown', 'call those again of whom no call is to be found 5 minutes later')
    .option('--journal <file>', 'where to keep what was done; <file>.journal if not given')
    .option('--out <file>', 'write the results to this CSV file')
    .option('--dry-run', 'check everything, call nobody')
    .option('-y, --yes', 'do not ask')
    .addOption(quietOption())
    .addOption(formatOption())
    .addHelpText('after', AFTER)
    .action(async (file: string, flags: BatchFlags) => {
      const { batch } = await import('../actions/batch.ts')
      await batch(io, file, flags)
    })
}
