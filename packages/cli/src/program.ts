import { type CommandIo, ConfigurationError, VERSION } from '@movoice-kit/core/command'
import { Command } from 'commander'
import { type Door, doors } from './doors.ts'
import { exitCodeLines } from './exit-codes.ts'

const AFTER = `
Environment:
  MOVOICE_API_KEY    the key, from the dashboard under Settings → API Keys
  MOVOICE_BASE_URL   another API than Movoice's own, such as the sandbox's
  MOVOICE_PLAN       starter, growth, business, or
                     <calls per minute>x<concurrent calls>
  NO_COLOR           no colours

Exit codes:
${exitCodeLines()}
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
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
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
      .action((_flags, { args }: Command) => run(io, { name, load }, args))
  }
  top
    .command('help')
    .description('Print how a command is used, or what the exit codes mean')
    .argument('[command...]', 'a command, or exit-codes')
    .action((topics: readonly string[]) => help(io, top, topics))
  return top
}

async function run(io: CommandIo, { name, load }: Pick<Door, 'name' | 'load'>, argv: readonly string[]) {
  const command = (await load(io)).name(`movoice ${name}`)
  for (const one of [command, ...command.commands]) {
    const path = one === command ? command.name() : `${command.name()} ${one.name()}`
    one.showHelpAfterError(`See "${path} --help".`)
  }
  await command.parseAsync(argv, { from: 'user' })
}

async function help(io: CommandIo, top: Command, [topic, ...more]: readonly string[]): Promise<void> {
  if (topic === undefined) return top.outputHelp()
  if (topic === 'exit-codes') {
    io.stdout.write(exitCodeLines())
    return
  }
  const door = doors.find(({ name }) => name === topic)
  if (door !== undefined) return run(io, door, [...more, '--help'])
  throw new ConfigurationError(
    '[command]',
    `names no command: ${topic}`,
    `There are: ${doors.map(({ name }) => name).join(', ')}; and "exit-codes".`,
  )
}
