import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { UpdateFlags } from '../actions/agents.ts'
import { commandFor, type Format, formatOption, keyValue, quietOption } from './options.ts'

const actions = () => import('../actions/agents.ts')

/** `movoice agents`. */
export function agentsCommand(io: CommandIo): Command {
  return commandFor(io, 'agents')
    .description('List, read and change voice agents.')
    .addCommand(
      commandFor(io, 'list')
        .description('List agents.')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async ({ output }: { readonly output: Format }) => (await actions()).listAgents(io, output)),
    )
    .addCommand(
      commandFor(io, 'get')
        .description('Read an agent with its configuration.')
        .argument('<id>', 'the id of the agent')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (id: string, { output }: { readonly output: Format }) =>
          (await actions()).showAgent(io, id, output),
        ),
    )
    .addCommand(
      commandFor(io, 'update')
        .description('Change an agent. Shows what would change, and asks.')
        .argument('<id>', 'the id of the agent')
        .option('--prompt <text>', 'what the agent is told')
        .option('--prompt-file <path>', 'a file that holds the prompt')
        .option('--voice <id>', 'the voice it speaks with, such as sarvam_hindi_female_01')
        .option('--set <name=value>', 'another field, as text; may be repeated', keyValue)
        .option('-y, --yes', 'do not ask')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (id: string, flags: UpdateFlags) => (await actions()).updateAgent(io, id, flags)),
    )
}
