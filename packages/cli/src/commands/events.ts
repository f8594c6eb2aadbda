import type { CommandIo } from '@movoice-kit/core/command'
import type { CallEvent } from '@movoice-kit/core/events'
import type { Command } from 'commander'
import { type Column, type Format, formatOption, printRecord, printRecords } from '../output.ts'
import { HERE, relayOf } from '../relay.ts'
import { commandFor, quietOption, wholeNumber } from './options.ts'

interface ServerFlags {
  readonly url?: string
}

interface ListFlags extends ServerFlags {
  readonly type?: string
  readonly call?: string
  readonly limit: number
  readonly output: Format
}

interface ReplayFlags extends ServerFlags {
  readonly hook?: string
  readonly quiet?: boolean
}

const eventRow: readonly Column<CallEvent>[] = [
  { head: 'EVENT', of: (event) => event.id },
  { head: 'OCCURRED', of: (event) => event.occurred_at },
  { head: 'AGENT', of: (event) => event.agent_name ?? event.agent_id },
  { head: 'OUTCOME', of: (event) => event.outcome ?? event.reason },
  { head: 'SOURCE', of: (event) => event.source },
  { head: 'SUMMARY', of: (event) => event.summary },
]

const eventFields: readonly Column<CallEvent>[] = [
  ...eventRow.filter(({ head }) => head !== 'SUMMARY'),
  { head: 'CALL', of: (event) => event.call_id },
  { head: 'NUMBER', of: (event) => event.recipient_phone },
  { head: 'STATUS', of: (event) => event.status },
  { head: 'DURATION', of: (event) => (event.duration === null ? null : `${event.duration} s`) },
  { head: 'SENTIMENT', of: (event) => event.sentiment },
  { head: 'ACTION', of: (event) => event.action_name },
  { head: 'SUMMARY', of: (event) => event.summary },
  { head: 'TRANSCRIPT', of: (event) => event.transcript },
]

/** `movoice events`. */
export function eventsCommand(io: CommandIo): Command {
  const server = (command: Command) =>
    command.option('--url <url>', `where the relay is; HOOKS_URL or HOOKS_PUBLIC_URL, else ${HERE}`)
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
        .action((flags: ListFlags) => listEvents(io, flags)),
    )
    .addCommand(
      server(commandFor(io, 'get'))
        .description('Read one event.')
        .argument('<id>', 'the id of the event, such as call_8f2k1:call.completed')
        .addOption(quietOption())
        .addOption(formatOption())
        .action(async (id: string, flags: ServerFlags & { readonly output: Format }) => {
          await printRecord(io, flags.output, await relayOf(io, '--url', flags.url).event(id), eventFields)
        }),
    )
    .addCommand(
      server(commandFor(io, 'replay'))
        .description('Deliver an event once more, under the same webhook-id.')
        .argument('<id>', 'the id of the event')
        .option('--hook <id>', 'to this subscription only')
        .addOption(quietOption())
        .action(async (id: string, flags: ReplayFlags) => {
          const queued = await relayOf(io, '--url', flags.url).replay(id, flags.hook)
          if (flags.quiet !== true)
            io.stdout.write(`Queued ${queued} ${queued === 1 ? 'delivery' : 'deliveries'} of ${id}.\n`)
        }),
    )
}

async function listEvents(io: CommandIo, { type, call, limit, output, ...flags }: ListFlags): Promise<void> {
  const relay = relayOf(io, '--url', flags.url)
  const found: CallEvent[] = []
  let cursor: string | null = null
  do {
    const page = await relay.events({
      limit: Math.min(100, limit - found.length),
      ...(type !== undefined && { type }),
      ...(call !== undefined && { call_id: call }),
      ...(cursor !== null && { cursor }),
    })
    found.push(...page.events)
    cursor = page.next_cursor
  } while (cursor !== null && found.length < limit)
  await printRecords(io, output, found, eventRow, 'There are no such events.')
}
