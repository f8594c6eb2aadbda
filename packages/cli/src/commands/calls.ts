import type { Call, ListCallsQuery } from '@movoice-kit/core'
import type { CommandIo } from '@movoice-kit/core/command'
import { transcriptText } from '@movoice-kit/core/events'
import type { Command } from 'commander'
import { clientOf } from '../client.ts'
import { callFields, callRow } from '../columns.ts'
import { type Format, formatOption, printRecord, printRecords } from '../output.ts'
import { commandFor, moment, wholeNumber } from './options.ts'

interface ListFlags {
  readonly limit: number
  readonly offset?: number
  readonly all?: boolean
  readonly status?: string
  readonly agent?: string
  readonly from?: number
  readonly to?: number
  readonly output: Format
}

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
        .addOption(formatOption())
        .action((flags: ListFlags) => listCalls(io, flags)),
    )
    .addCommand(
      commandFor(io, 'get')
        .description('Read a call with its summary and transcript.')
        .argument('<id>', 'the id of the call')
        .addOption(formatOption())
        .action(async (id: string, { output }: { readonly output: Format }) => {
          const call = await clientOf(io).calls.get(id, { signal: io.signal })
          await printRecord(io, output, call, callFields)
        }),
    )
    .addCommand(
      commandFor(io, 'transcript')
        .description('Print what was said in a call.')
        .argument('<id>', 'the id of the call')
        .action(async (id: string) => {
          const call = await clientOf(io).calls.get(id, { signal: io.signal })
          const said = transcriptText(call.transcript)
          if (said === null || said === '') {
            io.stderr.write(`There is no transcript of ${call.call_id} (status ${call.status}).\n`)
          } else io.stdout.write(`${said}\n`)
        }),
    )
  return calls
}

async function listCalls(io: CommandIo, flags: ListFlags): Promise<void> {
  const { limit, offset, all = false, output } = flags
  const query: ListCallsQuery = {
    ...(flags.status !== undefined && { status: flags.status }),
    ...(flags.agent !== undefined && { agent_id: flags.agent }),
    ...(flags.from !== undefined && { from: flags.from }),
    ...(flags.to !== undefined && { to: flags.to }),
    ...(offset !== undefined && { offset }),
  }
  const { calls } = clientOf(io)
  const found: Call[] = []
  let more = false
  if (all) {
    for await (const call of calls.list(query, { signal: io.signal })) found.push(call)
  } else {
    const page = await calls.list({ ...query, limit }, { signal: io.signal })
    found.push(...page.items)
    more = page.hasMore
  }
  await printRecords(io, output, found, callRow, 'There are no such calls.')
  if (more && output === 'table') io.stderr.write('There are more: raise --limit, or see them --all.\n')
}
