import type { CommandIo } from '@movoice-kit/core/command'
import type { Command } from 'commander'
import type { ListFlags, ReplayFlags, ServerFlags } from '../actions/events.ts'
import { commandFor, type Format, formatOption, quietOption, RELAY_HERE, wholeNumber } from './options.ts'

const actions = () => import('../actions/events.ts')

/** `movoice events`. */
export function eventsCommand(io: CommandIo): Command {
  const server = (command: Command) =>
    command.option('--url <url>', `where the relay is; HOOKS_URL or HOOKS_PUBLIC_URL, else ${RELAY_HERE}`)
  return commandFor(io, 'events')
    .description('See what the relay was told about calls, and tell it again. Needs HOOKS_TOKEN.')
    .addCommand(
      server(commandFor(io, 'list'))
        .description('List events, newest first.')
        .option('--type <type>', 'only these, such as call.completed')
        .option('--call <id>', 'only of this call')
        .option('-n, --limit <count>', 'how many at most', wholeNumber, 20)
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (flags: ListFlags) => (await actions()).listEvents(io, flags)),
    )
    .addCommand(
      server(commandFor(io, 'get'))
        .description('Read one event.')
        .argument('<id>', 'the id of the event, such as call_8f2k1:call.completed')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (id: string, flags: ServerFlags & { readonly output: Format }) =>
          (await actions()).showEvent(io, id, flags),
        ),
    )
    .addCommand(
      server(commandFor(io, 'replay'))
        .description('Deliver an event once more, under the same webhook-id.')
        .argument('<id>', 'the id of the event')
        .option('--hook <id>', 'to this subscription only')
        .addOption(quietOption())
        .action(async (id: string, flags: ReplayFlags) => (await actions()).replayEvent(io, id, flags)),
    )
}
