import { type CommandIo, exitCodes, VERSION } from '@movoice-kit/core/command'
import { Command } from 'commander'

/** A command of `movoice`: its code is loaded when it is asked for, so that none pays for another's start. */
interface Door {
  readonly name: string
  readonly summary: string
  readonly group: string
  readonly load: (io: CommandIo) => Promise<Command>
}

const CALLS = 'Calls and agents:'
const WEBHOOKS = 'Webhooks:'
const LOCAL = 'On this machine:'

const doors: readonly Door[] = [
  {
    name: 'call',
    summary: 'Place a call, and wait for its result if told to',
    group: CALLS,
    load: async (io) => (await import('./commands/call.ts')).callCommand(io),
  },
  {
    name: 'calls',
    summary: 'List calls, or read one with its summary and transcript',
    group: CALLS,
    load: async (io) => (await import('./commands/calls.ts')).callsCommand(io),
  },
  {
    name: 'batch',
    summary: 'Call everybody in a CSV file, and go on after an interruption',
    group: CALLS,
    load: async (io) => (await import('./commands/batch.ts')).batchCommand(io),
  },
  {
    name: 'agents',
    summary: 'List, read and change voice agents',
    group: CALLS,
    load: async (io) => (await import('./commands/agents.ts')).agentsCommand(io),
  },
  {
    name: 'listen',
    summary: 'Hand what happens to calls on to a URL on this machine',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/listen.ts')).listenCommand(io),
  },
  {
    name: 'events',
    summary: 'See what the relay was told about calls, and tell it again',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/events.ts')).eventsCommand(io),
  },
  {
    name: 'trigger',
    summary: 'Send a webhook as Movoice would, signed, to a URL of yours',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/trigger.ts')).triggerCommand(io),
  },
  {
    name: 'verify',
    summary: 'Say why a signature does not fit',
    group: WEBHOOKS,
    load: async (io) => (await import('./commands/verify.ts')).verifyCommand(io),
  },
  {
    name: 'doctor',
    summary: 'Say what is wrong with the set-up, and what to do about it',
    group: LOCAL,
    load: async (io) => (await import('./commands/doctor.ts')).doctorCommand(io),
  },
  {
    name: 'up',
    summary: 'Run all of it for local work: sandbox, relay, and what else is set up',
    group: LOCAL,
    load: async (io) => (await import('./commands/up.ts')).upCommand(io),
  },
  {
    name: 'demo',
    summary: 'See the whole kit at work: a call placed, its end delivered',
    group: LOCAL,
    load: async (io) => (await import('./commands/demo.ts')).demoCommand(io),
  },
  {
    name: 'sandbox',
    summary: 'Run a Movoice that needs no account and rings no one',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/sandbox/command')).sandboxCommand(io),
  },
  {
    name: 'hooks',
    summary: 'Run the webhook relay: one Movoice webhook in, many subscriptions out',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/hooks/command')).hooksCommand(io),
  },
  {
    name: 'slack',
    summary: 'Run the Slack app: /call, and the result back where it was asked for',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/slack/command')).slackCommand(io),
  },
  {
    name: 'mcp',
    summary: 'Serve AI assistants: they read calls, and place those that you confirm',
    group: LOCAL,
    load: async (io) => (await import('@movoice-kit/mcp/command')).mcpCommand(io),
  },
]

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
