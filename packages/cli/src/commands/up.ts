import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { UpFlags } from '../actions/up.ts'
import { commandFor, quietOption, wholeNumber } from './options.ts'

const AFTER = `
The calls go to the sandbox: no account is needed, and no phone rings. Slack
comes along if SLACK_BOT_TOKEN is set, by a socket if SLACK_APP_TOKEN is.
HOOKS_TOKEN and MOVOICE_WEBHOOK_SECRET are used if they are set, and made up if
not. If one of them ends, all of them do.`

/** `movoice up`. */
export function upCommand(io: CommandIo): Command {
  return commandFor(io, 'up')
    .description('Run all of it for local work: the sandbox, the relay, and Slack if its tokens are set.')
    .option('--sandbox-port <port>', 'where the sandbox listens; 0 is any that is free', '4010')
    .option('--hooks-port <port>', 'where the relay listens', '4020')
    .option('--slack-port <port>', 'where the Slack app listens', '4030')
    .option('--mcp', 'the MCP server too, over HTTP')
    .option('--mcp-port <port>', 'where the MCP server listens', '4040')
    .option('--speed <times>', "how many times faster than ours the sandbox's time passes", wholeNumber, 1)
    .option('--data <folder>', 'where all of it keeps its data; gone at the end if not given')
    .addOption(quietOption())
    .addHelpText('after', AFTER)
    .action(async (flags: UpFlags) => {
      const { up } = await import('../actions/up.ts')
      await up(io, flags)
    })
}
