import { type CommandIo, exitCodes, VERSION } from '@movoice-kit/core/command'
import { Command } from 'commander'
import { doors } from './doors.ts'

const AFTER = `
Environment:
  MOVOICE_API_KEY    the key, from the dashboard under Settings → API Keys
  MOVOICE_BASE_URL   another API than Movoice's own, such as the sandbox's
  MOVOICE_PLAN       starter, growth, business, or <calls per minute>x<concurrent calls>
  NO_COLOR           no colours

Exit codes:
  ${exitCodes.done}    done
  ${exitCodes.failed}    failed for a reason that is none of the below
  ${exitCodes.usage}    the command line or the configuration is wrong; nothing was done
  ${exitCodes.refused}    Movoice refused; nothing was placed
  ${exitCodes.unavailable}    Movoice could not be reached or failed; nothing was placed
  ${exitCodes.unknown}    a call may have been placed: look before you try again
  ${exitCodes.interrupted}  stopped by Ctrl-C

Nothing set up yet? "movoice demo" needs no account.`

/**
 * The command `movoice`.
 *
 * @example
 * process.exitCode = await runCommand(program(io), ['calls', 'list', '-o', 'json'], io)
 */
export function program(io: CommandIo): Command {
  const top = new Command('movoice')
    .description('Place Movoice phone calls and act on their results, from the terminal.')
    .usage('<command> [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print how a command is used')
    .addHelpText('after', AFTER)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .showSuggestionAfterError()
  for (const { name, summary, group, load } of doors) {
    // What stands for a command until it is asked for hands on everything it is given, its --help included.
    top
      .command(name)
      .description(summary)
      .helpGroup(group)
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .allowExcessArguments()
      .usage('[options]')
      .action(async (_flags, { args }: Command) => {
        const command = await load(io)
        await command.name(`movoice ${name}`).parseAsync(args, { from: 'user' })
      })
  }
  return top
}
