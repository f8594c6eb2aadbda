import { type CommandIo, ConfigurationError } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import { commandFor, quietOption, wholeNumber } from './options.ts'

interface DemoFlags {
  readonly keep?: boolean
  readonly quiet?: boolean
  readonly to?: string
  readonly agent?: string
  readonly speed: number
}

const AFTER = `
Without flags it needs no account and rings no one: the calls go to a sandbox
on this machine, whose time passes faster than ours. With MOVOICE_API_KEY set
and both --to and --agent, one real call goes to that number, after you have
typed the number once more.`

/** `movoice demo`. */
export function demoCommand(io: CommandIo): Command {
  return commandFor(io, 'demo')
    .description('See the main job at work: calls placed, their ends delivered to a subscriber, signed.')
    .option('--keep', 'leave it all running, and print the addresses')
    .option('--speed <times>', "how many times faster than ours the sandbox's time passes", wholeNumber, 30)
    .option('--to <number>', 'call this number for real')
    .option('--agent <id>', 'the agent that talks in the real call')
    .addOption(quietOption())
    .addHelpText('after', AFTER)
    .action(async ({ keep = false, quiet = false, to, agent, speed }: DemoFlags) => {
      if (to === undefined && agent === undefined) {
        const { demoOnSandbox } = await import('../demo/on-sandbox.ts')
        return demoOnSandbox(io, { keep, quiet, speed })
      }
      if (to === undefined) throw new ConfigurationError('--to', 'is missing: --agent alone calls nobody')
      if (agent === undefined) throw new ConfigurationError('--agent', 'is missing: who is to talk?')
      const { demoOnAccount } = await import('../demo/on-account.ts')
      return demoOnAccount(io, { keep, quiet, to, agent })
    })
}
