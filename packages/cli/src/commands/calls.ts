import type { Call, ListCallsQuery } from '@movoice-kit/core'
import { CommandError, type CommandIo, readMovoiceSettings } from '@movoice-kit/core/command'
import { DEFAULT_BASE_URL } from '@movoice-kit/core/contract'
import { transcriptText } from '@movoice-kit/core/events'
import type { Command } from 'commander'
import { clientOf } from '../client.ts'
import { callFields, callRow } from '../columns.ts'
import { type Format, formatOption, printRecord, printRecords } from '../output.ts'
import { commandFor, moment, notesOf, quietOption, wholeNumber } from './options.ts'

interface ListFlags {
  readonly limit: number
  readonly offset?: number
  readonly all?: boolean
  readonly status?: string
  readonly agent?: string
  readonly from?: number
  readonly to?: number
  readonly quiet?: boolean
  readonly output: Format
}

interface RecordingFlags {
  readonly out?: string
  readonly force?: boolean
  /** Megabytes. */
  readonly maxSize: number
  readonly quiet?: boolean
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
        .addOption(quietOption())
        .addOption(formatOption())
        .action((flags: ListFlags) => listCalls(io, flags)),
    )
    .addCommand(
      commandFor(io, 'get')
        .description('Read a call with its summary and transcript.')
        .argument('<id>', 'the id of the call')
        .addOption(quietOption())
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
        .addOption(quietOption())
        .action(async (id: string) => {
          const call = await clientOf(io).calls.get(id, { signal: io.signal })
          const said = transcriptText(call.transcript)
          if (said === null || said === '') throw notThere('transcript', call)
          io.stdout.write(`${said}\n`)
        }),
    )
    .addCommand(
      commandFor(io, 'recording')
        .description('Print where the recording of a call is, or fetch it.')
        .argument('<id>', 'the id of the call')
        .option('--out <file>', 'fetch it into this file')
        .option('--force', 'write over a file that is there')
        .option('--max-size <MB>', 'the most that is fetched', wholeNumber, 500)
        .addOption(quietOption())
        .action((id: string, flags: RecordingFlags) => recording(io, id, flags)),
    )
  return calls
}

async function recording(io: CommandIo, id: string, flags: RecordingFlags): Promise<void> {
  const call = await clientOf(io).calls.get(id, { signal: io.signal })
  const url = call.recording_url
  if (url === undefined || url === null || !/^https?:\/\//.test(url)) throw notThere('recording', call)
  if (flags.out === undefined) {
    io.stdout.write(`${url}\n`)
    return
  }
  const { apiKey, baseUrl = DEFAULT_BASE_URL } = readMovoiceSettings(io.env, 'apiKey')
  const { download } = await import('../download.ts')
  const bytes = await download(url, {
    path: flags.out,
    force: flags.force ?? false,
    maxBytes: flags.maxSize * 1_000_000,
    signal: io.signal,
    key: { origin: new URL(baseUrl).origin, value: apiKey },
  })
  notesOf(io, flags)(`${flags.out}: ${(bytes / 1_000_000).toFixed(1)} MB`)
}

function notThere(what: string, { call_id, status }: Call): CommandError {
  const over = status === 'completed' || status === 'failed'
  return new CommandError(`There is no ${what} of ${call_id} (status ${status}).`, {
    hint: over ? 'It can come up to a minute after the end.' : 'It comes after the end of the call.',
  })
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
  if (more) notesOf(io, flags)('There are more: raise --limit, or see them --all.')
}
